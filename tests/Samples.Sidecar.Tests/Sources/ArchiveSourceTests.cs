using Microsoft.AspNetCore.Http;
using Samples.Sidecar.Sync;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Sources;

public sealed class ArchiveSourceTests
{
    private static readonly (string, string)[] _site = [("./index.html", "hello"), ("css/style.css", "body { }")];

    [Theory]
    [InlineData("site.tar.gz")]
    [InlineData("site.tgz")]
    [InlineData("site.tar")]
    [InlineData("site.zip")]
    public async Task Sync_PublishesTheArchive_OfEachFormat(string name)
    {
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(name.EndsWith(".zip", StringComparison.Ordinal) ? Zip.Of(_site) : name.EndsWith(".tar", StringComparison.Ordinal) ? Tar.Of(_site) : Tar.Gzip(Tar.Of(_site)), "\"1\"");
        await using var sidecar = await RunningSidecar.StartAsync(server.Url(name));

        var release = sidecar.Volume.ReadCurrent()!;

        Assert.Equal(SyncResult.Published, sidecar.Last.Result);
        Assert.Equal(["css/style.css", "index.html"], release.Manifest.Files.Select(f => f.Path));
        Assert.Equal("hello", sidecar.Read("index.html"));
        Assert.Equal(("archive", server.Url(name), "\"1\""), (release.Manifest.Source.Kind, release.Manifest.Source.Uri, release.Manifest.Source.Revision));
        sidecar.AssertServes(release.Id);
    }

    [Theory]
    [InlineData("\"abc\"", null)]
    [InlineData("W/\"abc\"", null)]
    [InlineData(null, "2026-01-02T03:04:05Z")]
    [InlineData("\"abc\"", "2026-01-02T03:04:05Z")]
    public async Task Sync_AsksOnceAndPublishesNothing_WhenValidatorStillHolds(string? etag, string? lastModified)
    {
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(Tar.Of(_site), etag, lastModified is null ? null : DateTimeOffset.Parse(lastModified, System.Globalization.CultureInfo.InvariantCulture));
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"));

        var record = await sidecar.SyncAsync();

        Assert.Equal(SyncResult.Unchanged, record.Result);
        Assert.Equal(2, server.Requests.Count);
        Assert.Equal(etag, server.Requests[1].IfNoneMatch);
        Assert.Equal(etag is null, server.Requests[1].IfModifiedSince is not null);
        Assert.Single(sidecar.Volume.ListReleases());
    }

    [Fact]
    public async Task Sync_PublishesNothing_WhenServerHasNoValidatorAndBytesAreTheSame()
    {
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(Tar.Of(_site));
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"));

        var same = await sidecar.SyncAsync();
        server.Serve(Tar.Of(("index.html", "new")));
        var other = await sidecar.SyncAsync();

        Assert.Equal((SyncResult.Unchanged, SyncResult.Published), (same.Result, other.Result));
        Assert.Equal(3, server.Requests.Count);
        Assert.StartsWith("sha256:", sidecar.Volume.ReadCurrent()!.Manifest.Source.Revision, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sync_SwitchesToTheNewRelease_WhenETagChanges()
    {
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(Tar.Of(_site), "\"1\"");
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"));
        var old = sidecar.Volume.ReadCurrentId();
        server.Serve(Tar.Of(("index.html", "new")), "\"2\"");

        var record = await sidecar.SyncAsync();

        Assert.Equal(SyncResult.Published, record.Result);
        Assert.Equal("new", sidecar.Read("index.html"));
        Assert.NotEqual(old, record.Release);
        sidecar.AssertServes(record.Release!);
    }

    [Fact]
    public async Task Sync_RemembersTheRevision_AcrossARestart()
    {
        using var volume = new TemporaryFolder();
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(Tar.Of(_site), "\"1\"");
        await using (await RunningSidecar.StartAsync(server.Url("site.tar"), volume.Path))
        {
        }

        await using var restarted = await RunningSidecar.StartAsync(server.Url("site.tar"), volume.Path);

        Assert.Equal(SyncResult.Unchanged, restarted.Last.Result);
        Assert.Equal("\"1\"", server.Requests[1].IfNoneMatch);
    }

    [Fact]
    public async Task Sync_FollowsRedirects()
    {
        await using var server = await ArchiveServer.StartAsync();
        var archive = Tar.Of(_site);
        server.Answer = context => (context.Request.Path == "/latest.tar" ? Results.Redirect("/v1/site.tar") : Results.Bytes(archive)).ExecuteAsync(context);

        await using var sidecar = await RunningSidecar.StartAsync(server.Url("latest.tar"));

        Assert.Equal("hello", sidecar.Read("index.html"));
    }

    [Fact]
    public async Task Sync_Fails_WhenRedirectsNeverEnd()
    {
        await using var server = await ArchiveServer.StartAsync();
        server.Answer = context => Results.Redirect("/site.tar").ExecuteAsync(context);

        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"));

        Assert.Equal($"GET {server.Url("site.tar")} failed: there were more than 5 redirects.", sidecar.Last.Error);
        Assert.Equal(6, server.Requests.Count);
    }
}
