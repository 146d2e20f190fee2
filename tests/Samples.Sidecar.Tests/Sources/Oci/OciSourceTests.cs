using Samples.Sidecar.Sync;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Sources.Oci;

public sealed class OciSourceTests
{
    private const string Title = "org.opencontainers.image.title";

    private static readonly byte[] _site = Tar.Gzip(Tar.Of(("./index.html", "hello"), ("css/style.css", "body { }")));

    [Fact]
    public async Task Sync_PublishesTheArtifact_OfATag()
    {
        await using var registry = await DockerRegistry.StartAsync();
        using var push = new OciPush(registry.Url, "team/site");
        var digest = await push.ImageAsync("v1", _site);

        await using var sidecar = await RunningSidecar.StartAsync($"oci+http://{registry.Authority}/team/site:v1");

        var release = sidecar.Volume.ReadCurrent()!;
        Assert.Equal(["css/style.css", "index.html"], release.Manifest.Files.Select(f => f.Path));
        Assert.Equal("hello", sidecar.Read("index.html"));
        Assert.Equal(("oci", $"oci+http://{registry.Authority}/team/site:v1", digest), (release.Manifest.Source.Kind, release.Manifest.Source.Uri, release.Manifest.Source.Revision));
        sidecar.AssertServes(release.Id);
    }

    [Fact]
    public async Task Sync_PublishesFilesAndFolders_AsOrasPushedThem()
    {
        await using var registry = await DockerRegistry.StartAsync();
        using var push = new OciPush(registry.Url, "site");
        await push.ArtifactAsync(
            "latest",
            ("<p>one</p>"u8.ToArray(), "text/html", [$"{Title}=index.html"]),
            (Tar.Gzip(Tar.Of(("docs/a.html", "a"))), OciPush.GzipLayer, [$"{Title}=docs", "io.deis.oras.content.unpack=true"]),
            // A file, not an archive, although ORAS calls it one.
            ("plain"u8.ToArray(), OciPush.TarLayer, [$"{Title}=notes/plain.txt"]),
            ("{}"u8.ToArray(), "application/vnd.oci.empty.v1+json", []));

        await using var sidecar = await RunningSidecar.StartAsync($"oci+http://{registry.Authority}/site");

        Assert.Null(sidecar.Last.Error);
        Assert.Equal(["docs/a.html", "index.html", "notes/plain.txt"], sidecar.Volume.ReadCurrent()!.Manifest.Files.Select(f => f.Path));
        Assert.Equal(("<p>one</p>", "a", "plain"), (sidecar.Read("index.html"), sidecar.Read("docs/a.html"), sidecar.Read("notes/plain.txt")));
    }

    [Fact]
    public async Task Sync_AppliesWhiteOuts_OfAnImagesLayers()
    {
        await using var registry = await DockerRegistry.StartAsync();
        using var push = new OciPush(registry.Url, "web");
        await push.ImageAsync(
            "1",
            Tar.Gzip(Tar.OfBlocks(
                Tar.Entry("etc/passwd", data: "root"), Tar.Entry("bin/sh", '2', link: "busybox"), Tar.Entry("dev/null", '3'),
                Tar.Entry("www/index.html", data: "old"), Tar.Entry("www/gone.html", data: "gone"), Tar.Entry("www/kept.html", data: "kept"),
                Tar.Entry("www/old/a.html", data: "a"), Tar.Entry("www/replaced/b.html", data: "b"), Tar.Entry("www/wasfile", data: "c"))),
            Tar.Gzip(Tar.OfBlocks(
                Tar.Entry("www/", '5'), Tar.Entry("www/index.html", data: "new"), Tar.Entry("www/.wh.gone.html"), Tar.Entry("www/.wh.old"),
                Tar.Entry("www/replaced/.wh..wh..opq"), Tar.Entry("www/replaced/d.html", data: "d"), Tar.Entry("www/wasfile/e.html", data: "e"))),
            // What this layer hides, the one above it brings back.
            Tar.Gzip(Tar.OfBlocks(Tar.Entry("./www/.wh.again.html"), Tar.Entry("./www/again.html", data: "again"))));

        await using var sidecar = await RunningSidecar.StartAsync($"oci+http://{registry.Authority}/web:1?path=/www/");

        Assert.Null(sidecar.Last.Error);
        Assert.Equal(
            ["again.html", "index.html", "kept.html", "replaced/d.html", "wasfile/e.html"],
            sidecar.Volume.ReadCurrent()!.Manifest.Files.Select(f => f.Path));
        Assert.Equal("new", sidecar.Read("index.html"));
    }

    [Fact]
    public async Task Sync_ChoosesThePlatform_OfAnIndex()
    {
        await using var registry = await DockerRegistry.StartAsync();
        using var push = new OciPush(registry.Url, "web");
        var (ours, theirs) = (Tar.Gzip(Tar.Of(("index.html", "ours"))), Tar.Gzip(Tar.Of(("index.html", "theirs"))));
        var (ourManifest, theirManifest) = (OciPush.Manifest(OciPush.Descriptor(ours, OciPush.GzipLayer)), OciPush.Manifest(OciPush.Descriptor(theirs, OciPush.GzipLayer)));
        await push.BlobAsync(ours);
        await push.BlobAsync(theirs);
        await push.ManifestAsync(OciPush.DigestOf(ourManifest), ourManifest);
        await push.ManifestAsync(OciPush.DigestOf(theirManifest), theirManifest);
        var architecture = System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture is System.Runtime.InteropServices.Architecture.X64 ? "amd64" : "arm64";
        var digest = await push.ManifestAsync("1", OciPush.Index(Of(theirManifest, "s390x"), Of(theirManifest, "unknown"), Of(ourManifest, architecture)), OciPush.IndexType);

        await using var sidecar = await RunningSidecar.StartAsync($"oci+http://{registry.Authority}/web:1");

        Assert.Equal("ours", sidecar.Read("index.html"));
        Assert.Equal(digest, sidecar.Volume.ReadCurrent()!.Manifest.Source.Revision);

        static System.Text.Json.Nodes.JsonObject Of(byte[] manifest, string architecture)
        {
            var descriptor = OciPush.Descriptor(manifest, OciPush.ManifestType);
            descriptor["platform"] = new System.Text.Json.Nodes.JsonObject { ["os"] = "linux", ["architecture"] = architecture };
            return descriptor;
        }
    }

    [Fact]
    public async Task Sync_SwitchesToTheNewRelease_OnceTheTagMoves()
    {
        await using var registry = await DockerRegistry.StartAsync();
        using var push = new OciPush(registry.Url, "site");
        await push.ImageAsync("latest", _site);
        await using var sidecar = await RunningSidecar.StartAsync($"oci+http://{registry.Authority}/site");

        var same = await sidecar.SyncAsync();
        var digest = await push.ImageAsync("latest", Tar.Gzip(Tar.Of(("index.html", "new"))));
        var moved = await sidecar.SyncAsync();

        Assert.Equal((SyncResult.Unchanged, SyncResult.Published), (same.Result, moved.Result));
        Assert.Equal("new", sidecar.Read("index.html"));
        Assert.Equal(digest, sidecar.Volume.ReadCurrent()!.Manifest.Source.Revision);
    }

    [Fact]
    public async Task Sync_StaysWithTheDigest_WhenItIsPinned()
    {
        await using var registry = await DockerRegistry.StartAsync();
        using var push = new OciPush(registry.Url, "site");
        var digest = await push.ImageAsync("latest", _site);
        await using var sidecar = await RunningSidecar.StartAsync($"oci+http://{registry.Authority}/site:latest@{digest}");
        await push.ImageAsync("latest", Tar.Gzip(Tar.Of(("index.html", "new"))));

        var record = await sidecar.SyncAsync();

        Assert.Equal(SyncResult.Unchanged, record.Result);
        Assert.Equal("hello", sidecar.Read("index.html"));
    }

    [Fact]
    public async Task Sync_KeepsServing_WhenManifestIsDeletedAndWhenTheRegistryIsGone_AndGoesOnOnceItIsBack()
    {
        await using var registry = await DockerRegistry.StartAsync();
        using var push = new OciPush(registry.Url, "site");
        var digest = await push.ImageAsync("latest", _site);
        await using var sidecar = await RunningSidecar.StartAsync($"oci+http://{registry.Authority}/site");
        var id = sidecar.Volume.ReadCurrentId()!;

        await push.DeleteManifestAsync(digest);
        var deleted = await sidecar.SyncAsync();
        await registry.StopAsync();
        var gone = await sidecar.SyncAsync();
        sidecar.AssertServes(id);
        await registry.StartProcessAsync();
        await push.ImageAsync("latest", Tar.Gzip(Tar.Of(("index.html", "back"))));
        var back = await sidecar.SyncAsync();

        Assert.Equal($"The registry has no 'oci+http://{registry.Authority}/site:latest': HEAD answered 404 Not Found.", deleted.Error);
        Assert.Equal($"HEAD http://{registry.Authority}/v2/site/manifests/latest failed: Connection refused ({registry.Authority})", gone.Error);
        Assert.Equal((SyncResult.Failed, SyncResult.Failed, SyncResult.Published), (deleted.Result, gone.Result, back.Result));
        Assert.Equal("back", sidecar.Read("index.html"));
    }
}
