using System.Text;
using Microsoft.AspNetCore.Http;
using Samples.Sidecar.Sync;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Sources;

public sealed class ArchiveSignatureTests
{
    private static readonly byte[] _site = Tar.Gzip(Tar.Of(("index.html", "hello")));
    private static readonly byte[] _other = Tar.Gzip(Tar.Of(("index.html", "other")));

    [Fact]
    public async Task Sync_PublishesTheArchive_WhenOpensslHasSignedIt()
    {
        using var key = SigningKey.Create();
        await using var server = await ArchiveServer.StartAsync();
        Serve(server, _site, "\"1\"", key.Sign(_site) + "\n");
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar.gz"), null, null, $"--Sidecar:PublicKeyPath={key.PublicPath}");

        var again = await sidecar.SyncAsync();

        Assert.Equal((SyncResult.Unchanged, "hello"), (again.Result, sidecar.Read("index.html")));
        Assert.Equal("\"1\"", sidecar.Volume.ReadCurrent()!.Manifest.Source.Revision);
        Assert.Equal(["/site.tar.gz", "/site.tar.gz.sig", "/site.tar.gz"], server.Requests.Select(r => r.Target));
    }

    [Theory]
    [InlineData("none", "it is not signed; there is no URL.sig.")]
    [InlineData("of another archive", "URL.sig is not its signature by a key in 'KEY'.")]
    [InlineData("by another key", "URL.sig is not its signature by a key in 'KEY'.")]
    [InlineData("no Base64", "URL.sig is not its signature by a key in 'KEY'.")]
    [InlineData("no signature", "URL.sig is not its signature by a key in 'KEY'.")]
    [InlineData("empty", "URL.sig is not its signature by a key in 'KEY'.")]
    [InlineData("endless", "URL.sig is not its signature by a key in 'KEY'.")]
    public async Task Sync_KeepsServing_WhenTheSignatureIs(string what, string said)
    {
        using var key = SigningKey.Create();
        using var otherKey = SigningKey.Create();
        await using var server = await ArchiveServer.StartAsync();
        Serve(server, _site, "\"1\"", key.Sign(_site));
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar.gz"), null, null, $"--Sidecar:PublicKeyPath={key.PublicPath}");
        var id = sidecar.Volume.ReadCurrentId()!;
        Serve(server, _other, "\"2\"", what switch
        {
            "none" => null,
            "of another archive" => key.Sign(_site),
            "by another key" => otherKey.Sign(_other),
            "no Base64" => "-----BEGIN",
            "no signature" => Convert.ToBase64String("not DER"u8),
            "empty" => "",
            _ => new string('A', 10_000_000),
        });

        var record = await sidecar.SyncAsync();

        Assert.Equal(SyncResult.Rejected, record.Result);
        Assert.Equal($"Refused 'URL': {said}".Replace("URL", server.Url("site.tar.gz"), StringComparison.Ordinal).Replace("KEY", key.PublicPath, StringComparison.Ordinal), record.Error);
        Assert.Equal(1, sidecar.Counters["sidecar.rejections", "signature"]);
        sidecar.AssertServes(id);
    }

    [Theory]
    [InlineData("\"2\"")]
    [InlineData(null)]
    public async Task Sync_AsksForTheSignatureOnly_UntilItIsThere(string? etag)
    {
        using var key = SigningKey.Create();
        await using var server = await ArchiveServer.StartAsync();
        Serve(server, _site, etag, null);
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar.gz"), null, null, $"--Sidecar:PublicKeyPath={key.PublicPath}");
        var first = sidecar.Last;

        var again = await sidecar.SyncAsync();
        var asked = server.Requests.Skip(2).ToArray();
        Serve(server, _site, etag, key.Sign(_other));
        var wrong = await sidecar.SyncAsync();
        Serve(server, _site, etag, key.Sign(_site));
        var signed = await sidecar.SyncAsync();

        Assert.Equal((SyncResult.Rejected, SyncResult.Rejected, SyncResult.Rejected, SyncResult.Published), (first.Result, again.Result, wrong.Result, signed.Result));
        Assert.Equal(first.Error, again.Error);
        Assert.Contains("is not its signature", wrong.Error, StringComparison.Ordinal);
        Assert.Equal([("/site.tar.gz", etag), ("/site.tar.gz.sig", null)], asked.Select(r => (r.Target, r.IfNoneMatch)));
        Assert.DoesNotContain("unsigned", sidecar.Volume.ReadCurrent()!.Manifest.Source.Revision, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sync_TakesEitherKey_WhileTheyAreBeingChanged()
    {
        using var old = SigningKey.Create();
        using var next = SigningKey.Create();
        using var folder = new TemporaryFolder();
        folder.Write("keys.pem", old.PublicPem);
        await using var server = await ArchiveServer.StartAsync();
        Serve(server, _site, "\"1\"", next.Sign(_site));
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar.gz"), null, null, $"--Sidecar:PublicKeyPath={folder["keys.pem"]}");
        var refused = sidecar.Last;
        folder.Write("keys.pem", "# the old one, then the new one\n" + old.PublicPem + next.PublicPem);

        var byNext = await sidecar.SyncAsync();
        Serve(server, _other, "\"2\"", old.Sign(_other));
        var byOld = await sidecar.SyncAsync();

        Assert.Equal((SyncResult.Rejected, SyncResult.Published, SyncResult.Published), (refused.Result, byNext.Result, byOld.Result));
    }

    [Theory]
    [InlineData("missing", "Could not find file")]
    [InlineData("empty", "there is no PEM in it.")]
    [InlineData("private", "it holds a 'PRIVATE KEY', not a 'PUBLIC KEY'.")]
    [InlineData("P-384", "its key is on another curve than P-256.")]
    [InlineData("cut", "there is no PEM in it.")]
    [InlineData("nonsense", "Sidecar__PublicKeyPath takes a PEM file with ECDSA P-256 keys.")]
    public async Task Sync_SaysWhatIsWrongWithTheKey_AndTriesAgain(string what, string said)
    {
        using var key = SigningKey.Create(what == "P-384" ? "secp384r1" : "prime256v1");
        using var sound = SigningKey.Create();
        using var folder = new TemporaryFolder();
        if (what != "missing")
        {
            folder.Write("key.pem", what switch
            {
                "empty" => "",
                "private" => key.PrivatePem,
                "cut" => key.PublicPem[..60],
                "nonsense" => "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
                _ => key.PublicPem,
            });
        }

        await using var server = await ArchiveServer.StartAsync();
        Serve(server, _site, "\"1\"", sound.Sign(_site));
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar.gz"), null, null, $"--Sidecar:PublicKeyPath={folder["key.pem"]}");
        var failed = sidecar.Last;
        folder.Write("key.pem", sound.PublicPem);

        var record = await sidecar.SyncAsync();

        Assert.Equal((SyncResult.Failed, SyncResult.Published), (failed.Result, record.Result));
        Assert.StartsWith($"The public key in '{folder["key.pem"]}' cannot be used: ", failed.Error, StringComparison.Ordinal);
        Assert.Contains(said, failed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sync_HoldsWhatItServesAgainstTheKey_OnceThereIsOne()
    {
        using var volume = new TemporaryFolder();
        using var key = SigningKey.Create();
        await using var server = await ArchiveServer.StartAsync();
        Serve(server, _site, "\"1\"", null);
        await using (await RunningSidecar.StartAsync(server.Url("site.tar.gz"), volume.Path))
        {
        }

        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar.gz"), volume.Path, null, $"--Sidecar:PublicKeyPath={key.PublicPath}");

        Assert.Equal(SyncResult.Rejected, sidecar.Last.Result);
        Assert.Equal("hello", sidecar.Read("index.html"));
    }

    private static void Serve(ArchiveServer server, byte[] archive, string? etag, string? signature) => server.Answer = context =>
    {
        if (context.Request.Path.Value!.EndsWith(".sig", StringComparison.Ordinal))
            return (signature is null ? Results.NotFound() : Results.Bytes(Encoding.ASCII.GetBytes(signature))).ExecuteAsync(context);
        return Results.Bytes(archive, entityTag: etag is null ? null : Microsoft.Net.Http.Headers.EntityTagHeaderValue.Parse(etag)).ExecuteAsync(context);
    };
}
