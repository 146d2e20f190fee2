using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Samples.Sidecar.Sync;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Sources.Oci;

public sealed class OciLoginTests
{
    private const string Password = "open sesame";

    /// <summary>That password by bcrypt.</summary>
    private const string Entry = "ali:$2b$04$XedbbV2UyohCEHDRxr/4OeQTsp0E1n7H7o9pVWiM4Qu4bym4BJv4S";

    private static readonly byte[] _site = Tar.Gzip(Tar.Of(("index.html", "hello")));
    private static readonly AuthenticationHeaderValue _basic = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"ali:{Password}")));

    [Fact]
    public async Task Sync_LogsInByPassword_AndReadsItAfreshEachTime()
    {
        await using var registry = await DockerRegistry.StartWithPasswordAsync(Entry);
        using var push = new OciPush(registry.Url, "site", _basic);
        await push.ImageAsync("latest", _site);
        using var secrets = new TemporaryFolder();
        secrets.Write("password", "wrong canary");
        await using var sidecar = await RunningSidecar.StartAsync(
            $"oci+http://{registry.Authority}/site", null, null, "--Sidecar:Username=ali", $"--Sidecar:PasswordPath={secrets["password"]}");
        var refused = sidecar.Last;
        secrets.Write("password", Password + "\n");

        var record = await sidecar.SyncAsync();

        Assert.Equal((SyncResult.Failed, $"HEAD {registry.Url}/v2/site/manifests/latest answered 401 Unauthorized."), (refused.Result, refused.Error));
        Assert.Equal((SyncResult.Published, "hello"), (record.Result, sidecar.Read("index.html")));
        Assert.DoesNotContain(sidecar.Log, line => line.Contains("canary", StringComparison.Ordinal) || line.Contains(Password, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sync_Fails_WhenTheRegistryWantsAPasswordAndThereIsNone()
    {
        await using var registry = await DockerRegistry.StartWithPasswordAsync(Entry);

        await using var sidecar = await RunningSidecar.StartAsync($"oci+http://{registry.Authority}/site");

        Assert.Equal($"HEAD {registry.Url}/v2/site/manifests/latest answered 401 Unauthorized.", sidecar.Last.Error);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sync_GetsOneTokenToPull_FromTheServiceThatTheRegistryNames(bool wantsPassword)
    {
        await using var tokens = await TokenService.StartAsync();
        await using var registry = await DockerRegistry.StartAsync(tokens.Auth);
        using var push = new OciPush(registry.Url, "team/site", new AuthenticationHeaderValue("Bearer", tokens.Sign("team/site", "push", "pull")));
        await push.ImageAsync("latest", _site);
        tokens.Authorization = wantsPassword ? _basic.ToString() : null;
        using var secrets = new TemporaryFolder();
        secrets.Write("password", Password);
        string[] settings = wantsPassword ? ["--Sidecar:Username=ali", $"--Sidecar:PasswordPath={secrets["password"]}"] : [];
        await using var sidecar = await RunningSidecar.StartAsync($"oci+http://{registry.Authority}/team/site", null, null, settings);

        var again = await sidecar.SyncAsync();

        Assert.Null(again.Error);
        Assert.Equal((SyncResult.Unchanged, "hello"), (again.Result, sidecar.Read("index.html")));
        var request = Assert.Single(tokens.Requests);
        Assert.Equal("/token?service=registry&scope=repository%3Ateam%2Fsite%3Apull", request.Target);
        Assert.Equal(wantsPassword ? _basic.ToString() : null, request.Authorization);
    }

    [Fact]
    public async Task Sync_Fails_WhenTheTokenServiceRefuses()
    {
        await using var tokens = await TokenService.StartAsync();
        tokens.Authorization = "Basic other";
        await using var registry = await DockerRegistry.StartAsync(tokens.Auth);

        await using var sidecar = await RunningSidecar.StartAsync($"oci+http://{registry.Authority}/site");

        Assert.Equal((SyncResult.Failed, $"GET {tokens.Url} answered 401 Unauthorized."), (sidecar.Last.Result, sidecar.Last.Error));
    }

    [Fact]
    public async Task Sync_GetsAnotherToken_OnceItHasExpired()
    {
        var clock = new FakeTimeProvider();
        await using var tokens = await ArchiveServer.StartAsync();
        tokens.Answer = context => Results.Text("""{ "access_token": "abc", "expires_in": 100 }""").ExecuteAsync(context);
        await using var registry = await FakeRegistry.StartAsync();
        registry.PutImage(_site);
        registry.Spoil = context => context.Request.Headers.Authorization == "Bearer abc" ? null : ChallengeAsync(context, tokens.Url("token"));
        await using var sidecar = await RunningSidecar.StartAsync(registry.Source, null, clock, "--Sidecar:Interval=7.00:00:00");

        clock.Advance(TimeSpan.FromSeconds(80));
        await sidecar.SyncAsync();
        var before = tokens.Requests.Count;
        clock.Advance(TimeSpan.FromSeconds(20));
        var record = await sidecar.SyncAsync();

        Assert.Equal((1, 2), (before, tokens.Requests.Count));
        Assert.Equal(SyncResult.Unchanged, record.Result);
    }

    [Theory]
    [InlineData("http://localhost:1/token")]
    [InlineData("http://ali:secret@127.0.0.1:1/token")]
    [InlineData("ftp://127.0.0.1/token")]
    [InlineData("nonsense")]
    public async Task Sync_SendsCredentialsNowhere_WhenTheTokenServiceIsElsewhereWithoutTls(string realm)
    {
        await using var registry = await FakeRegistry.StartAsync();
        registry.Spoil = context => ChallengeAsync(context, realm);

        await using var sidecar = await RunningSidecar.StartAsync(registry.Source);

        Assert.Equal(SyncResult.Failed, sidecar.Last.Result);
        Assert.Contains("credentials are not sent there.", sidecar.Last.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no token at all")]
    [InlineData("""{ "token": "" }""")]
    [InlineData("""{ "token": "a\r\nb: c" }""")]
    [InlineData("""{ "token": 5 }""")]
    [InlineData("null")]
    public async Task Sync_Fails_WhenTheTokenServiceAnswers(string answer)
    {
        await using var tokens = await ArchiveServer.StartAsync();
        tokens.Answer = context => Results.Text(answer).ExecuteAsync(context);
        await using var registry = await FakeRegistry.StartAsync();
        registry.Spoil = context => ChallengeAsync(context, tokens.Url("token"));

        await using var sidecar = await RunningSidecar.StartAsync(registry.Source);

        Assert.Equal((SyncResult.Failed, $"GET {tokens.Url("token")} answered without a token."), (sidecar.Last.Result, sidecar.Last.Error));
    }

    [Fact]
    public async Task Sync_KeepsCredentialsToItself_WhenLayersAreElsewhere()
    {
        using var secrets = new TemporaryFolder();
        secrets.Write("password", Password);
        await using var storage = await ArchiveServer.StartAsync();
        storage.Serve(_site);
        await using var registry = await FakeRegistry.StartAsync();
        registry.PutImage(_site);
        registry.Spoil = context =>
        {
            if (context.Request.Headers.Authorization != _basic.ToString())
            {
                context.Response.Headers.WWWAuthenticate = "Basic realm=\"tests\"";
                return Results.StatusCode(401).ExecuteAsync(context);
            }

            return context.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal) ? Results.Redirect(storage.Url("blob?signature=1")).ExecuteAsync(context) : null;
        };
        string[] settings = ["--Sidecar:Username=ali", $"--Sidecar:PasswordPath={secrets["password"]}"];
        await using var sidecar = await RunningSidecar.StartAsync(registry.Source, null, null, settings);
        var first = sidecar.Last;
        registry.PutImage(Tar.Gzip(Tar.Of(("index.html", "new"))));
        storage.Answer = context => ChallengeAsync(context, storage.Url("token"));

        var second = await sidecar.SyncAsync();

        Assert.Equal(SyncResult.Published, first.Result);
        Assert.Equal((SyncResult.Failed, $"GET {storage.Url("blob")} answered 401 Unauthorized."), (second.Result, second.Error));
        Assert.Equal(2, storage.Requests.Count);
        Assert.All(storage.Requests, request => Assert.Null(request.Authorization));
    }

    private static Task ChallengeAsync(HttpContext context, string realm)
    {
        context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"{realm}\",service=\"registry\",scope=\"repository:other:push,pull\"";
        return Results.StatusCode(401).ExecuteAsync(context);
    }
}
