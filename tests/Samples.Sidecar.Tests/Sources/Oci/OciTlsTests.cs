using Microsoft.AspNetCore.Http;
using Samples.Sidecar.Sync;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Sources.Oci;

public sealed class OciTlsTests
{
    private static readonly byte[] _site = Tar.Gzip(Tar.Of(("index.html", "hello")));

    [Fact]
    public async Task Sync_SpeaksTls_AndGetsItsTokenOverTls()
    {
        using var certificate = new LoopbackCertificate();
        await using var tokens = await ArchiveServer.StartAsync(certificate.Use);
        tokens.Answer = context => Results.Text("""{ "token": "abc" }""").ExecuteAsync(context);
        await using var registry = await FakeRegistry.StartAsync(certificate.Use);
        registry.PutImage(_site);
        registry.Spoil = context => context.Request.Headers.Authorization == "Bearer abc" ? null : ChallengeAsync(context, tokens.Url("token"));

        await using var sidecar = await RunningSidecar.StartAsync(registry.Source, null, null, certificate.Setting);

        Assert.Null(sidecar.Last.Error);
        Assert.StartsWith("oci://127.0.0.1:", sidecar.Volume.ReadCurrent()!.Manifest.Source.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sync_SendsCredentialsNowhere_WhenTheTokenServiceOfATlsRegistryIsWithoutTls()
    {
        using var certificate = new LoopbackCertificate();
        using var secrets = new TemporaryFolder();
        secrets.Write("password", "canary");
        await using var tokens = await ArchiveServer.StartAsync();
        await using var registry = await FakeRegistry.StartAsync(certificate.Use);
        registry.Spoil = context => ChallengeAsync(context, tokens.Url("token"));

        await using var sidecar = await RunningSidecar.StartAsync(
            registry.Source, null, null, certificate.Setting, "--Sidecar:Username=ali", $"--Sidecar:PasswordPath={secrets["password"]}");

        Assert.Equal(SyncResult.Failed, sidecar.Last.Result);
        Assert.Contains("credentials are not sent there.", sidecar.Last.Error, StringComparison.Ordinal);
        Assert.Empty(tokens.Requests);
    }

    [Fact]
    public async Task Sync_FollowsNoLayer_FromTlsToPlainHttp()
    {
        using var certificate = new LoopbackCertificate();
        await using var storage = await ArchiveServer.StartAsync();
        storage.Serve(_site);
        await using var registry = await FakeRegistry.StartAsync(certificate.Use);
        registry.PutImage(_site);
        registry.Spoil = context => context.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal) ? Results.Redirect(storage.Url("blob")).ExecuteAsync(context) : null;

        await using var sidecar = await RunningSidecar.StartAsync(registry.Source, null, null, certificate.Setting);

        Assert.Equal(SyncResult.Failed, sidecar.Last.Result);
        Assert.Empty(storage.Requests);
    }

    private static Task ChallengeAsync(HttpContext context, string realm)
    {
        context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"{realm}\"";
        return Results.StatusCode(401).ExecuteAsync(context);
    }
}
