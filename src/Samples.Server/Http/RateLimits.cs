using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace Samples.Server;

/// <summary>ASP.NET's rate limiter by client address, where the settings ask for it. The management endpoint is branched off before.</summary>
internal static class RateLimits
{
    private static readonly TimeSpan _defaultRetryAfter = TimeSpan.FromSeconds(1);

    public static IServiceCollection AddRateLimits(this IServiceCollection services)
    {
        services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.OnRejected = (rejected, _) => new ValueTask(RefuseAsync(rejected.HttpContext, rejected.Lease));
        });
        services.AddOptions<Microsoft.AspNetCore.RateLimiting.RateLimiterOptions>()
            .Configure<IOptions<ServerOptions>>((limiter, server) => limiter.GlobalLimiter = Create(server.Value.RateLimit));
        return services;
    }

    public static bool IsOn(RateLimitOptions options) => options is not { RequestsPerSecond: 0, ConcurrentRequests: 0 };

    public static void UseRateLimits(this WebApplication app)
    {
        if (IsOn(app.Services.GetRequiredService<IOptions<ServerOptions>>().Value.RateLimit))
            app.UseRateLimiter();
    }

    /// <summary>An IPv6 client has a whole /64 to choose its address from, so that is what is counted (RFC 6177).</summary>
    internal static IPAddress ClientOf(IPAddress? address)
    {
        if (address is null)
            return IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    private static PartitionedRateLimiter<HttpContext>? Create(RateLimitOptions options)
    {
        var limiters = new List<PartitionedRateLimiter<HttpContext>>();
        if (options.RequestsPerSecond > 0)
        {
            limiters.Add(PartitionedRateLimiter.Create<HttpContext, IPAddress>(context => RateLimitPartition.GetTokenBucketLimiter(
                ClientOf(context.Connection.RemoteIpAddress),
                _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = options.Burst > 0 ? options.Burst : options.RequestsPerSecond,
                    TokensPerPeriod = 1,
                    ReplenishmentPeriod = TimeSpan.FromSeconds(1) / options.RequestsPerSecond,
                })));
        }

        if (options.ConcurrentRequests > 0)
        {
            limiters.Add(PartitionedRateLimiter.Create<HttpContext, IPAddress>(context => RateLimitPartition.GetConcurrencyLimiter(
                ClientOf(context.Connection.RemoteIpAddress), _ => new ConcurrencyLimiterOptions { PermitLimit = options.ConcurrentRequests })));
        }

        return limiters.Count > 0 ? PartitionedRateLimiter.CreateChained([.. limiters]) : null;
    }

    private static Task RefuseAsync(HttpContext context, RateLimitLease lease)
    {
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) && after > _defaultRetryAfter ? after : _defaultRetryAfter;
        context.Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return PlainResponse.WriteAsync(context, StatusCodes.Status429TooManyRequests, "Too many requests from this address.");
    }
}
