using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Samples.Sidecar.Sync;

namespace Samples.Sidecar.Http;

/// <summary>
/// <c>POST /sync</c>: whoever hosts the content says that there is something new. Signed as GitHub and Gitea do
/// (<c>X-Hub-Signature-256</c>, HMAC-SHA256 of the body, RFC 2104) or with the shared secret itself as GitLab does
/// (<c>X-Gitlab-Token</c>). A request that is played again costs one check of the source, and there are only so many of them.
/// </summary>
internal static partial class Webhook
{
    public const string Path = "/sync";

    private const string RateLimit = "webhook";
    private const int MaxBody = 1 << 20;
    private const string SignaturePrefix = "sha256=";

    /// <summary>At once from one address; one more every two seconds.</summary>
    private const int Burst = 20;

    private static readonly TimeSpan _replenishment = TimeSpan.FromSeconds(2);

    public static void AddWebhook(this IServiceCollection services) => services.AddRateLimiter(limits =>
    {
        limits.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limits.OnRejected = (context, _) =>
        {
            var wait = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter) ? retryAfter : _replenishment;
            context.HttpContext.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            return ValueTask.CompletedTask;
        };
        // By address: one that guesses at the secret must not use up what the real sender needs.
        limits.AddPolicy(RateLimit, context => RateLimitPartition.GetTokenBucketLimiter(context.Connection.RemoteIpAddress, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = Burst,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = _replenishment,
        }));
    });

    public static void MapWebhook(this WebApplication app)
    {
        // ASP.NET's limiter wakes ten times a second for as long as it lives, which is most of what an idle sidecar would cost.
        if (app.Configuration["Sidecar:WebhookSecretPath"] is not { Length: > 0 })
            return;
        app.UseRateLimiter();
        app.MapPost(Path, ReceiveAsync).RequireRateLimiting(RateLimit);
    }

    private static async Task<IResult> ReceiveAsync(HttpContext context, IOptions<SidecarOptions> options, SyncLoop loop, ILogger<SyncLoop> logger)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MaxBody;
        if (await ReadSecretAsync(options.Value.WebhookSecretPath, logger, context.RequestAborted) is not { } secret)
            return Answer(StatusCodes.Status503ServiceUnavailable, "The webhook's secret cannot be read.");
        if (!await IsSignedAsync(context.Request, secret, context.RequestAborted))
            return Answer(StatusCodes.Status401Unauthorized, "The signature is missing or wrong.");

        return loop.TryNudge()
            ? Answer(StatusCodes.Status202Accepted, "Accepted; a sync follows.")
            : Answer(StatusCodes.Status409Conflict, "This sidecar is a standby: another one holds the volume's lock.");
    }

    /// <summary>Read afresh each time, as a rotated Kubernetes Secret needs; null where there is none, and an empty one is none.</summary>
    private static async Task<byte[]?> ReadSecretAsync(string path, ILogger logger, CancellationToken aborted)
    {
        try
        {
            var secret = (await File.ReadAllTextAsync(path, aborted)).TrimEnd('\r', '\n');
            if (secret.Length > 0)
                return Encoding.UTF8.GetBytes(secret);
            Log.NoSecret(logger, path, "it is empty");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NoSecret(logger, path, e.Message);
        }

        return null;
    }

    private static async Task<bool> IsSignedAsync(HttpRequest request, byte[] secret, CancellationToken aborted)
    {
        if (request.Headers.TryGetValue("X-Gitlab-Token", out var token))
        {
            // Their hashes are of one length: a comparison of the two themselves would tell the secret's.
            return CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(token.ToString())), SHA256.HashData(secret));
        }

        var signature = request.Headers["X-Hub-Signature-256"].ToString();
        if (!signature.StartsWith(SignaturePrefix, StringComparison.Ordinal))
            return false;
        var expected = SignaturePrefix + Convert.ToHexStringLower(await HMACSHA256.HashDataAsync(secret, request.Body, aborted));
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(signature), Encoding.ASCII.GetBytes(expected));
    }

    private static IResult Answer(int status, string text) => Results.Text(text + "\n", statusCode: status);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "A nudge was refused: the secret in {Path} cannot be used: {Problem}")]
        public static partial void NoSecret(ILogger logger, string path, string problem);
    }
}
