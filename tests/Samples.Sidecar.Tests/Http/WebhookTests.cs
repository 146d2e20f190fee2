using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Samples.Sidecar.Sync;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Http;

public sealed class WebhookTests : IDisposable
{
    private const string Secret = "It's a Secret to Everybody";
    private const string Body = "Hello, World!";

    private readonly TemporaryFolder _files = new();

    public WebhookTests() => _files.Write("secret", Secret + "\n");

    public void Dispose() => _files.Dispose();

    /// <summary>The example of GitHub's own documentation, "Validating webhook deliveries".</summary>
    private static (string, string) GitHub => ("X-Hub-Signature-256", "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17");

    private static (string, string) GitLab => ("X-Gitlab-Token", Secret);

    [Theory]
    [InlineData("X-Hub-Signature-256", "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")]
    [InlineData("X-Gitlab-Token", Secret)]
    public async Task Nudge_IsAccepted_AndASyncFollows(string header, string value)
    {
        await using var server = await ServeAsync("one");
        await using var sidecar = await StartAsync(server);
        server.Serve(Tar.Of(("index.html", "two")), "\"2\"");

        var answer = await PostAsync(sidecar, Body, (header, value));
        await sidecar.WhenAsync(status => status.Syncs.Count > 1);

        Assert.Equal((HttpStatusCode.Accepted, "Accepted; a sync follows.\n"), answer);
        Assert.Equal("two", sidecar.Read("index.html"));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("X-Hub-Signature-256", "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e18")]
    [InlineData("X-Hub-Signature-256", "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")]
    [InlineData("X-Hub-Signature-256", "sha256=")]
    [InlineData("X-Hub-Signature-256", "")]
    [InlineData("X-Hub-Signature", "sha1=01dc10d0c83e72ed246219cdd91669667fe2ca59")]
    [InlineData("X-Gitlab-Token", "it's a secret to everybody")]
    [InlineData("X-Gitlab-Token", "")]
    public async Task Nudge_IsRefused_WhenItsSignatureIsMissingOrWrong(string? header, string? value)
    {
        await using var server = await ServeAsync("one");
        await using var sidecar = await StartAsync(server);

        var answer = await PostAsync(sidecar, Body, header is null ? null : (header, value!));
        await sidecar.SyncAsync();

        Assert.Equal((HttpStatusCode.Unauthorized, "The signature is missing or wrong.\n"), answer);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Nudge_IsRefused_WhenItsBodyIsNotTheOneThatWasSigned()
    {
        await using var server = await ServeAsync("one");
        await using var sidecar = await StartAsync(server);

        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(sidecar, Body + " ", GitHub)).Status);
    }

    [Fact]
    public async Task Nudge_IsNotFound_WhenNoSecretIsConfigured()
    {
        await using var server = await ServeAsync("one");
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"));

        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(sidecar, Body, GitLab)).Status);
    }

    [Theory]
    [InlineData("\n", "it is empty")]
    [InlineData(null, "Could not find file")]
    public async Task Nudge_IsRefused_WhenThereIsNoSecretInTheFile(string? content, string problem)
    {
        await using var server = await ServeAsync("one");
        await using var sidecar = await StartAsync(server);
        File.Delete(_files["secret"]);
        if (content is not null)
            _files.Write("secret", content);

        var answer = await PostAsync(sidecar, Body, ("X-Gitlab-Token", ""));

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "The webhook's secret cannot be read.\n"), answer);
        Assert.Contains(sidecar.Log, line => line.StartsWith($"Warning: A nudge was refused: the secret in {_files["secret"]} cannot be used: {problem}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nudge_TakesTheNewSecret_OnceTheFileHasIt()
    {
        await using var server = await ServeAsync("one");
        await using var sidecar = await StartAsync(server);
        _files.Write("secret", "rotated");

        var (old, signed) = (await PostAsync(sidecar, Body, GitHub), await PostAsync(sidecar, Body, Sign("rotated")));

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Accepted), (old.Status, signed.Status));
    }

    [Fact]
    public async Task Nudge_IsRefused_WhenItsBodyIsLargerThanAMebibyte()
    {
        await using var server = await ServeAsync("one");
        await using var sidecar = await StartAsync(server);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await PostAsync(sidecar, new string('x', (1 << 20) + 1), GitHub)).Status);
    }

    [Fact]
    public async Task Nudges_AreLimited_AndToldWhenToComeAgain()
    {
        await using var server = await ServeAsync("one");
        await using var sidecar = await StartAsync(server);
        HttpResponseMessage? refused = null;

        for (var i = 0; i < 200 && refused is null; i++)
        {
            var response = await sidecar.Http.SendAsync(Request(Body, GitHub), TestContext.Current.CancellationToken);
            refused = response.StatusCode == HttpStatusCode.TooManyRequests ? response : null;
        }

        Assert.NotNull(refused);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
        Assert.StartsWith("ready ", await sidecar.GetAsync("/readyz"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nudges_CauseOneMoreSync_WhenTheyComeDuringOne()
    {
        await using var server = await ArchiveServer.StartAsync();
        var (asked, release) = server.Hold(Results.Bytes(Tar.Of(("index.html", "one"))));
        await using var sidecar = await RunningSidecar.StartWithoutSyncAsync(server.Url("site.tar"), null, new FakeTimeProvider(), $"--Sidecar:WebhookSecretPath={_files["secret"]}");
        await asked;

        for (var i = 0; i < 3; i++)
            Assert.Equal(HttpStatusCode.Accepted, (await PostAsync(sidecar, Body, GitHub)).Status);
        release();
        await sidecar.WhenAsync(status => status.Syncs is [{ Result: SyncResult.Unchanged }, ..]);
        var requests = server.Requests.Count;
        await sidecar.SyncAsync();

        Assert.Equal(2, requests);
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task Nudge_IsRefused_OnAStandby()
    {
        using var volume = new TemporaryFolder();
        await using var server = await ServeAsync("one");
        await using var writer = await RunningSidecar.StartAsync(server.Url("site.tar"), volume.Path);
        await using var standby = await RunningSidecar.StartWithoutSyncAsync(server.Url("site.tar"), volume.Path, null, $"--Sidecar:WebhookSecretPath={_files["secret"]}");
        await standby.WhenAsync(status => status.State == SidecarState.Standby);

        var answer = await PostAsync(standby, Body, GitHub);

        Assert.Equal((HttpStatusCode.Conflict, "This sidecar is a standby: another one holds the volume's lock.\n"), answer);
    }

    private static async Task<ArchiveServer> ServeAsync(string text)
    {
        var server = await ArchiveServer.StartAsync();
        server.Serve(Tar.Of(("index.html", text)), "\"1\"");
        return server;
    }

    private Task<RunningSidecar> StartAsync(ArchiveServer server) =>
        RunningSidecar.StartAsync(server.Url("site.tar"), null, null, $"--Sidecar:WebhookSecretPath={_files["secret"]}");

    private static (string, string) Sign(string secret) =>
        ("X-Hub-Signature-256", "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(Body))));

    private static async Task<(HttpStatusCode Status, string Text)> PostAsync(RunningSidecar sidecar, string body, (string Name, string Value)? header)
    {
        using var response = await sidecar.Http.SendAsync(Request(body, header), TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static HttpRequestMessage Request(string body, (string Name, string Value)? header)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/sync", UriKind.Relative)) { Content = new StringContent(body) };
        if (header is var (name, value))
            request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }
}
