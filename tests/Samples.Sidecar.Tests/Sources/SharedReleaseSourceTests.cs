using Microsoft.AspNetCore.Http;
using Samples.Sidecar.Sync;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Sources;

public sealed class SharedReleaseSourceTests
{
    private static readonly (string, string)[] _site = [("index.html", "hello"), ("css/style.css", "body { }"), ("big.txt", new string('b', 400_000)), ("empty.txt", "")];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Sync_PublishesTheSameRelease_AndThenAsksOnce(bool hasETag)
    {
        await using var server = await SharingServer.StartAsync();
        var id = server.Share(_site);
        if (!hasETag)
            server.Share(SharingServer.Manifest([.. _site.Select(f => SharingServer.File(f.Item1, f.Item2))]).ToJsonString(), null);
        await using var sidecar = await RunningSidecar.StartAsync(server.Source);
        var asked = server.Targets.Count();

        var again = await sidecar.SyncAsync();

        var release = sidecar.Volume.ReadCurrent()!;
        Assert.Equal((id, "release", server.Source, id), (release.Id, release.Manifest.Source.Kind, release.Manifest.Source.Uri, release.Manifest.Source.Revision));
        Assert.Equal("hello", sidecar.Read("index.html"));
        Assert.Equal(DateTimeOffset.Parse("2026-05-01T08:00:00Z", System.Globalization.CultureInfo.InvariantCulture), release.Manifest.Files[0].Modified);
        sidecar.AssertServes(id);
        Assert.Equal(SyncResult.Unchanged, again.Result);
        Assert.Equal(["/_release/manifest"], server.Targets.Skip(asked));
    }

    [Fact]
    public async Task Sync_FetchesOnlyBytesThatAreNew()
    {
        await using var server = await SharingServer.StartAsync(_site);
        await using var sidecar = await RunningSidecar.StartAsync(server.Source);
        var before = server.FilesFetched;
        var id = server.Share([("index.html", "new"), ("copy.html", "new"), ("moved/style.css", "body { }"), .. _site[2..]]);

        var record = await sidecar.SyncAsync();

        Assert.Equal((SyncResult.Published, id), (record.Result, record.Release));
        Assert.Equal([$"/_release/files/{SharingServer.HashOf("new")}"], server.Targets.Skip(before + 2));
        Assert.Equal(("new", "body { }"), (sidecar.Read("copy.html"), sidecar.Read("moved/style.css")));
        sidecar.AssertServes(id);
    }

    [Fact]
    public async Task Sync_FetchesAMovedFile_WhenSomebodyHasEditedTheOneBefore()
    {
        await using var server = await SharingServer.StartAsync(_site);
        await using var sidecar = await RunningSidecar.StartAsync(server.Source);
        var before = server.FilesFetched;
        var edited = Path.Combine(sidecar.Volume.ReadCurrent()!.DocumentRoot, "css/style.css");
        var modified = File.GetLastWriteTimeUtc(edited);
        File.WriteAllText(edited, "BODY { }");
        File.SetLastWriteTimeUtc(edited, modified);
        var id = server.Share([_site[0], ("moved.css", "body { }"), .. _site[2..]]);

        var record = await sidecar.SyncAsync();

        Assert.Equal((SyncResult.Published, 1), (record.Result, server.FilesFetched - before));
        sidecar.AssertServes(id);
    }

    [Fact]
    public async Task Sync_PublishesAPart_WhenGlobsAndTargetSaySo()
    {
        await using var server = await SharingServer.StartAsync(_site);

        await using var sidecar = await RunningSidecar.StartAsync(
            "", null, null, $"--Sidecar:Sources:0:Uri={server.Source}", "--Sidecar:Sources:0:Target=docs/", "--Sidecar:Sources:0:Include=**/*.css");

        Assert.Equal(["docs/css/style.css"], sidecar.Volume.ReadCurrent()!.Manifest.Files.Select(f => f.Path));
        Assert.Equal(1, server.FilesFetched);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Sync_FetchesSeveralFilesAtATime_AndNoMore(int limit)
    {
        var (running, most, inLock) = (0, 0, new Lock());
        await using var server = await SharingServer.StartAsync([.. Enumerable.Range(0, 12).Select(i => ($"{i}.html", $"page {i}"))]);
        var full = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Spoil = context => context.Request.Path.Value!.Contains("/files/", StringComparison.Ordinal) ? CountAsync(context) : null;

        await using var sidecar = await RunningSidecar.StartAsync(server.Source, null, null, $"--Sidecar:MaxConcurrentRequests={limit}");

        Assert.Equal(SyncResult.Published, sidecar.Last.Result);
        Assert.Equal(limit, most);

        async Task CountAsync(HttpContext context)
        {
            lock (inLock)
            {
                most = Math.Max(most, ++running);
                if (running == limit)
                    full.TrySetResult();
            }

            // The first ones wait for each other: were there fewer at a time, they would wait in vain.
            await full.Task.WaitAsync(Eventually.Deadline, context.RequestAborted);
            lock (inLock)
                running--;
            var name = context.Request.Path.Value!.Split('/')[^1];
            await Results.Text(Enumerable.Range(0, 12).Select(i => $"page {i}").Single(text => SharingServer.HashOf(text) == name)).ExecuteAsync(context);
        }
    }

    [Fact]
    public async Task Sync_AsksAgain_WhenAConnectionBreaks()
    {
        await using var server = await SharingServer.StartAsync(_site);
        var broken = 0;
        server.Spoil = context =>
        {
            if (!context.Request.Path.Value!.Contains("/files/", StringComparison.Ordinal) || Interlocked.Increment(ref broken) > 2)
                return null;
            context.Abort();
            return Task.CompletedTask;
        };

        await using var sidecar = await RunningSidecar.StartAsync(server.Source);

        Assert.Equal(SyncResult.Published, sidecar.Last.Result);
    }

    [Fact]
    public async Task Sync_KeepsServing_WhenTheReleaseIsReplacedMeanwhile_AndFetchesTheNextOne()
    {
        await using var server = await SharingServer.StartAsync(_site);
        await using var sidecar = await RunningSidecar.StartAsync(server.Source);
        var id = sidecar.Volume.ReadCurrentId()!;
        server.Share(("index.html", "second"));
        server.Forget("second");

        var failed = await sidecar.SyncAsync();
        sidecar.AssertServes(id);
        server.Share(("index.html", "third"));
        var record = await sidecar.SyncAsync();

        Assert.Equal((SyncResult.Failed, $"GET {server.Url("_release/files/" + SharingServer.HashOf("second"))} answered 404 Not Found: the release may have been replaced meanwhile."), (failed.Result, failed.Error));
        Assert.Equal((SyncResult.Published, "third"), (record.Result, sidecar.Read("index.html")));
    }

    [Fact]
    public async Task Sync_SaysWhatMayBeMissing_WhenTheServerSharesNothing()
    {
        await using var server = await ArchiveServer.StartAsync();

        await using var sidecar = await RunningSidecar.StartAsync($"release+http://{server.Authority}");

        Assert.Equal($"GET {server.Url("_release/manifest")} answered 404 Not Found: is Server__ShareReleases on there, and is there a release?", sidecar.Last.Error);
    }
}
