using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Microsoft.AspNetCore.Http;
using Samples.Sidecar.Sync;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Sources.Oci;

public sealed class HostileRegistryTests
{
    private const string Title = "org.opencontainers.image.title";

    private static readonly byte[] _site = Tar.Gzip(Tar.Of(("index.html", "hello")));
    private static readonly byte[] _other = Tar.Gzip(Tar.Of(("index.html", "other")));

    [Theory]
    [InlineData("other bytes of the same size")]
    [InlineData("more than it should be")]
    [InlineData("less than it should be")]
    public async Task Sync_UnpacksNothing_UntilALayerIsWhatItsDigestNames(string what)
    {
        await using var registry = await FakeRegistry.StartAsync();
        registry.PutImage(_site);
        await using var sidecar = await RunningSidecar.StartAsync(registry.Source);
        var id = sidecar.Volume.ReadCurrentId()!;
        registry.PutImage(_other);
        var lie = what switch
        {
            "other bytes of the same size" => [.. _other[..^1], (byte)(_other[^1] ^ 1)],
            "more than it should be" => [.. _other, .. new byte[1 << 20]],
            _ => _other[..^1],
        };
        registry.Spoil = context => context.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal) ? Results.Bytes(lie).ExecuteAsync(context) : null;

        var spoilt = await sidecar.SyncAsync();
        sidecar.AssertServes(id);
        registry.Spoil = _ => null;
        var sound = await sidecar.SyncAsync();

        Assert.Equal($"Refused '{registry.Source}:latest': what the registry sent is not {OciPush.DigestOf(_other)}.", spoilt.Error);
        Assert.Equal((SyncResult.Rejected, SyncResult.Published), (spoilt.Result, sound.Result));
        Assert.Equal(1, sidecar.Counters["sidecar.rejections", "corrupt"]);
    }

    [Theory]
    [InlineData("a manifest that is not what its digest names", "what the registry sent is not sha256:")]
    [InlineData("a digest of something else", "what the registry sent is not sha256:")]
    [InlineData("a manifest without end", "is larger than 4194304 bytes")]
    public async Task Sync_RejectsTheArtifact_WhenTheRegistryLies(string what, string said)
    {
        await using var registry = await FakeRegistry.StartAsync();
        registry.PutImage(_site);
        registry.Spoil = context => (what, context.Request.Method) switch
        {
            ("a manifest that is not what its digest names", "GET") => Results.Bytes("{}"u8.ToArray()).ExecuteAsync(context),
            ("a digest of something else", "HEAD") => AnswerHead(context, OciPush.DigestOf(_site)),
            ("a digest of something else", "GET") => Results.Bytes("{}"u8.ToArray()).ExecuteAsync(context),
            ("a manifest without end", "GET") => WriteForEverAsync(context),
            _ => null,
        };

        await using var sidecar = await RunningSidecar.StartAsync(registry.Source);

        Assert.Equal(SyncResult.Rejected, sidecar.Last.Result);
        Assert.Contains(said, sidecar.Last.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(405)]
    [InlineData(200)]
    public async Task Sync_AsksByGet_WhenHeadDoesNotTellTheDigest(int status)
    {
        await using var registry = await FakeRegistry.StartAsync();
        var digest = registry.PutImage(_site);
        registry.Spoil = context => context.Request.Method == "HEAD" ? Results.StatusCode(status).ExecuteAsync(context) : null;

        await using var sidecar = await RunningSidecar.StartAsync(registry.Source);
        var again = await sidecar.SyncAsync();

        Assert.Equal(digest, sidecar.Volume.ReadCurrent()!.Manifest.Source.Revision);
        Assert.Equal(SyncResult.Unchanged, again.Result);
    }

    [Fact]
    public async Task Sync_AsksOnce_WhenNothingIsNew()
    {
        await using var registry = await FakeRegistry.StartAsync();
        registry.PutImage(_site);
        await using var sidecar = await RunningSidecar.StartAsync(registry.Source);
        var before = registry.Requests.Count;

        await sidecar.SyncAsync();

        Assert.Equal(["HEAD /v2/site/manifests/latest"], registry.Requests.Skip(before).Select(r => $"{r.Method} {r.Target}"));
    }

    [Theory]
    [InlineData("zstd by its type", "unsupported", "has the media type 'application/vnd.oci.image.layer.v1.tar+zstd'")]
    [InlineData("zstd by its bytes", "unsupported", "is compressed by zstd; push it with gzip.")]
    [InlineData("of no known type", "unsupported", "has the media type 'application/octet-stream', which is neither tar")]
    [InlineData("climbing", "path", "Refused '../index.html': the path has '..' in it.")]
    [InlineData("absolute", "path", "Refused '/etc/passwd': the path is absolute.")]
    [InlineData("not gzip", "corrupt", "the archive is damaged or cut short")]
    [InlineData("with a digest of another kind", "unsupported", "a digest that is neither sha256 nor sha512")]
    [InlineData("larger than the limit", "release_too_large", "the download alone is larger than the limit of 1000000 bytes.")]
    [InlineData("a bomb outside of the folder", "release_too_large", "expands to more than a release may have: 1000000 bytes in 10 files.")]
    [InlineData("with links in the folder", "link", "Refused 'www/a': it is a link, to '/etc/passwd'.")]
    [InlineData("without the folder", "empty", "has no file in 'www'.")]
    public async Task Sync_RejectsTheArtifact_WhenALayerIs(string what, string reason, string said)
    {
        await using var registry = await FakeRegistry.StartAsync();
        _ = what switch
        {
            "zstd by its type" => registry.PutImage(_site, "application/vnd.oci.image.layer.v1.tar+zstd"),
            "zstd by its bytes" => registry.PutImage([0x28, 0xB5, 0x2F, 0xFD, 0, 0]),
            "of no known type" => registry.PutImage(_site, "application/octet-stream"),
            "climbing" => registry.PutImage(_site, "text/html", $"{Title}=../index.html"),
            "absolute" => registry.PutImage(_site, "text/html", $"{Title}=/etc/passwd"),
            "not gzip" => registry.PutImage("not gzip at all"u8.ToArray()),
            "with a digest of another kind" => registry.PutLatest(OciPush.Manifest(new JsonObject { ["mediaType"] = OciPush.GzipLayer, ["digest"] = "md5:00", ["size"] = 1 })),
            "larger than the limit" => registry.PutLatest(OciPush.Manifest(new JsonObject { ["mediaType"] = OciPush.GzipLayer, ["digest"] = registry.Put(_site), ["size"] = 2_000_000 })),
            "a bomb outside of the folder" => registry.PutImage(Tar.Gzip(Tar.Entry("usr/big", data: new string('x', 4_000_000)), Tar.Entry("www/a", data: "a"), new byte[1024])),
            "with links in the folder" => registry.PutImage(Tar.Gzip(Tar.OfBlocks(Tar.Entry("www/a", '2', link: "/etc/passwd")))),
            _ => registry.PutImage(_site),
        };
        var folder = what.Contains("the folder", StringComparison.Ordinal) ? "?path=www" : "";

        await using var sidecar = await RunningSidecar.StartAsync($"{registry.Source}{folder}", null, null, "--Sidecar:Limits:MaxBytes=1MB", "--Sidecar:Limits:MaxFiles=10");

        Assert.Equal(SyncResult.Rejected, sidecar.Last.Result);
        Assert.Contains(said, sidecar.Last.Error, StringComparison.Ordinal);
        Assert.Equal(1, sidecar.Counters["sidecar.rejections", reason]);
        Assert.Empty(Directory.EnumerateFileSystemEntries(sidecar.Volume.StagingDirectory));
    }

    [Theory]
    [InlineData("""{ "schemaVersion": 1, "fsLayers": [] }""", "it is no manifest of an image or an artifact, schema 2.")]
    [InlineData("""{ "schemaVersion": 2, "layers": [], "manifests": [] }""", "it is no manifest of an image or an artifact, schema 2.")]
    [InlineData("""{ "schemaVersion": 2, "manifests": [] }""", "its index has no manifest for linux/")]
    [InlineData("""{ "schemaVersion": 2, "manifests": [null] }""", "is no manifest (null stands where something must be)")]
    [InlineData("""{ "schemaVersion": 2, "layers": [null] }""", "is no manifest")]
    [InlineData("""{ "schemaVersion": 2, "layers": [{}] }""", "is no manifest")]
    [InlineData("""[]""", "is no manifest")]
    [InlineData("null", "is no manifest")]
    [InlineData("<html>", "is no manifest")]
    public async Task Sync_RejectsTheArtifact_WhenItsManifestIsNone(string manifest, string said)
    {
        await using var registry = await FakeRegistry.StartAsync();
        registry.PutLatest(Encoding.UTF8.GetBytes(manifest));

        await using var sidecar = await RunningSidecar.StartAsync(registry.Source);

        Assert.Equal(SyncResult.Rejected, sidecar.Last.Result);
        Assert.Contains(said, sidecar.Last.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sync_EndsOrderly_WhateverTheManifestIs()
    {
        var manifest = Encoding.UTF8.GetString(OciPush.Manifest(OciPush.Descriptor(_site, OciPush.GzipLayer, $"{Title}=a.html"), OciPush.Descriptor(_site, OciPush.GzipLayer)));
        await using var registry = await FakeRegistry.StartAsync();
        registry.Put(_site);
        await using var sidecar = await RunningSidecar.StartAsync(registry.Source);

        await Gen.Select(Gen.Int[0, manifest.Length - 1], Gen.Int[0, 12], Gen.String[0, 6]).SampleAsync(
            async (at, length, text) =>
            {
                registry.PutLatest(Encoding.UTF8.GetBytes(manifest[..at] + text + manifest[Math.Min(manifest.Length, at + length)..]));
                var record = await sidecar.SyncAsync();
                Assert.DoesNotContain("nobody foresaw", record.Error ?? "", StringComparison.Ordinal);
            },
            iter: 200,
            threads: 1);
    }

    [Fact]
    public async Task Sync_WaitsAsLongAsTheRegistryAsks()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        await using var registry = await FakeRegistry.StartAsync();
        registry.Spoil = context =>
        {
            context.Response.Headers.RetryAfter = "120";
            return Results.StatusCode(429).ExecuteAsync(context);
        };

        await using var sidecar = await RunningSidecar.StartAsync(registry.Source, null, clock, "--Sidecar:Interval=00:00:10", "--Sidecar:MaxBackoff=00:01:00");

        Assert.Equal(clock.GetUtcNow().AddSeconds(120), sidecar.Board.Current.NextSyncAt);
    }

    [Fact]
    public async Task Sync_AsksForTheRest_WhenALayerBreaksOff()
    {
        var layer = Tar.Gzip(Tar.Of(("index.html", "hello"), ("noise.bin", Noise())));
        await using var storage = new BreakingServer(layer, etag: null, (layer.Length / 2) + 1);
        await using var registry = await FakeRegistry.StartAsync();
        registry.PutImage(layer);
        registry.Spoil = context => context.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal)
            ? Results.Redirect(storage.Url("blob")).ExecuteAsync(context)
            : null;

        await using var sidecar = await RunningSidecar.StartAsync(registry.Source);

        Assert.Equal((SyncResult.Published, "hello"), (sidecar.Last.Result, sidecar.Read("index.html")));
        Assert.Equal(2, storage.Requests.Count);
    }

    private static string Noise() => Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(200_000));

    private static Task AnswerHead(HttpContext context, string digest)
    {
        context.Response.Headers["Docker-Content-Digest"] = digest;
        return Task.CompletedTask;
    }

    private static async Task WriteForEverAsync(HttpContext context)
    {
        try
        {
            while (true)
                await context.Response.Body.WriteAsync(new byte[64 << 10], context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // The reader has had enough.
        }
    }
}
