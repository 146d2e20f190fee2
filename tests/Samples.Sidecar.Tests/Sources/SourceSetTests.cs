using Samples.Sidecar.Sync;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Sources;

public sealed class SourceSetTests : IDisposable
{
    private readonly TemporaryFolder _site = new();
    private readonly TemporaryFolder _docs = new();
    private readonly TemporaryFolder _volume = new();

    public void Dispose()
    {
        _site.Dispose();
        _docs.Dispose();
        _volume.Dispose();
    }

    [Fact]
    public async Task Sync_MakesOneReleaseOfSeveralSources()
    {
        _site.Write("index.html", "home");
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(Tar.Of(("guide.html", "guide")), "\"1\"");

        await using var sidecar = await StartAsync(_site.Path, server.Url("docs.tar"), "docs/");

        Assert.Equal(("home", "guide"), (sidecar.Read("index.html"), sidecar.Read("docs/guide.html")));
        var source = sidecar.Volume.ReadCurrent()!.Manifest.Source;
        Assert.Equal("several", source.Kind);
        Assert.Equal($"file://{_site.Path} {server.Url("docs.tar")}#target=docs/", source.Uri);
        Assert.EndsWith(" + \"1\"", source.Revision, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sync_FetchesOnlyTheSourceThatChanged()
    {
        _site.Write("index.html", "home");
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(Tar.Of(("guide.html", "guide")), "\"1\"");
        await using var sidecar = await StartAsync(_site.Path, server.Url("docs.tar"), "docs/");
        _site.Write("index.html", "edited");

        var record = await sidecar.SyncAsync();
        var idle = await sidecar.SyncAsync();

        Assert.Equal((SyncResult.Published, SyncResult.Unchanged), (record.Result, idle.Result));
        Assert.Equal(("edited", "guide"), (sidecar.Read("index.html"), sidecar.Read("docs/guide.html")));
        Assert.Equal([null, "\"1\"", "\"1\""], server.Requests.Select(request => request.IfNoneMatch));
    }

    [Fact]
    public async Task Sync_FetchesAllOnceMore_WhenOneChangedAfterARestart()
    {
        _site.Write("index.html", "home");
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(Tar.Of(("guide.html", "guide")), "\"1\"");
        await (await StartAsync(_site.Path, server.Url("docs.tar"), "docs/")).DisposeAsync();

        await using var restarted = await StartAsync(_site.Path, server.Url("docs.tar"), "docs/");
        var afterStart = restarted.Last;
        _site.Write("index.html", "edited");
        var record = await restarted.SyncAsync();

        Assert.Equal((SyncResult.Unchanged, SyncResult.Published), (afterStart.Result, record.Result));
        Assert.Equal(("edited", "guide"), (restarted.Read("index.html"), restarted.Read("docs/guide.html")));
        Assert.Equal([null, "\"1\"", "\"1\"", null], server.Requests.Select(request => request.IfNoneMatch));
    }

    [Fact]
    public async Task Sync_PublishesNothing_WhenOneOfTheSourcesFails()
    {
        _site.Write("index.html", "home");
        await using var server = await ArchiveServer.StartAsync();

        await using var sidecar = await StartAsync(_site.Path, server.Url("docs.tar"), "docs/");

        Assert.Equal(SyncResult.Failed, sidecar.Last.Result);
        Assert.Null(sidecar.Volume.ReadCurrentId());
    }

    [Theory]
    [InlineData("docs/guide.html")]
    [InlineData("Docs/Guide.html")]
    [InlineData("docs")]
    public async Task Sync_NamesBothSources_WhenTheirPathsCollide(string path)
    {
        _site.Write(path, "from the site");
        _docs.Write("guide.html", "from the docs");

        await using var sidecar = await StartAsync(_site.Path, _docs.Path, "docs/");

        Assert.Equal(SyncResult.Rejected, sidecar.Last.Result);
        Assert.EndsWith($"It comes from file://{_docs.Path}; the other from file://{_site.Path}.", sidecar.Last.Error, StringComparison.Ordinal);
        Assert.Equal(1, sidecar.Counters["sidecar.rejections", "collision"]);
        Assert.Null(sidecar.Volume.ReadCurrentId());
    }

    [Fact]
    public async Task Sync_PassesOverWhatIsExcluded_OfEachSourceItsOwn()
    {
        _site.Write("index.html", "home");
        _site.Write("notes.txt", "for us");
        File.CreateSymbolicLink(_site["passwd.txt"], "/etc/passwd");
        _docs.Write("guide.html", "guide");
        _docs.Write("notes.txt", "for all");
        _docs.Write("app.js.map", "{}");

        await using var sidecar = await StartAsync(_site.Path, _docs.Path, "docs/", "--Sidecar:Exclude=**/*.txt", "--Sidecar:Sources:0:Exclude=**/*.map");

        Assert.Equal(["docs/guide.html", "docs/notes.txt", "index.html"], sidecar.Volume.ReadCurrent()!.Manifest.Files.Select(file => file.Path));
    }

    [Fact]
    public async Task Sync_PublishesAgain_WhenOnlyTheGlobsChangedBetweenTwoRuns()
    {
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(Tar.Of(("index.html", "home"), ("app.js.map", "{}")), "\"1\"");
        await (await RunningSidecar.StartAsync(server.Url("site.tar"), _volume.Path)).DisposeAsync();

        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"), _volume.Path, null, "--Sidecar:Exclude=**/*.map");

        Assert.Equal(["index.html"], sidecar.Volume.ReadCurrent()!.Manifest.Files.Select(file => file.Path));
    }

    [Fact]
    public async Task Sync_RefusesAnArchive_WhoseBulkIsExcluded()
    {
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(Tar.Of(("index.html", "home"), ("bulk.bin", new string('x', 3_000_000))), "\"1\"");

        await using var small = await RunningSidecar.StartAsync(server.Url("site.tar"), null, null, "--Sidecar:Exclude=*.bin", "--Sidecar:Limits:MaxBytes=4MB");
        await using var large = await RunningSidecar.StartAsync(server.Url("site.tar"), null, null, "--Sidecar:Exclude=*.bin", "--Sidecar:Limits:MaxBytes=2MB");

        Assert.Equal("home", small.Read("index.html"));
        Assert.Equal(SyncResult.Rejected, large.Last.Result);
    }

    private Task<RunningSidecar> StartAsync(string first, string second, string target, params string[] settings) => RunningSidecar.StartAsync(
        first, _volume.Path, null, [$"--Sidecar:Sources:0:Uri={second}", $"--Sidecar:Sources:0:Target={target}", .. settings]);
}
