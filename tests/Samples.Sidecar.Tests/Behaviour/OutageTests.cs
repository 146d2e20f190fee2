using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Samples.SharedVolume;
using Samples.Sidecar.Sync;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Behaviour;

/// <summary>Sources that are not there, or slow: what is served stays, the sidecar stays ready, and it goes on by itself.</summary>
public sealed class OutageTests : IDisposable
{
    private static readonly byte[] _site = Tar.Of(("index.html", "one"));

    private readonly TemporaryFolder _volume = new();
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);

    public void Dispose() => _volume.Dispose();

    [Fact]
    public async Task Source_UnreachableAtStart_LeavesTheWelcomePage_UntilItIsThere()
    {
        var welcome = PublishAsInit();
        await using var server = await ArchiveServer.StartAsync();
        server.Answer = context => Abort(context);
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"), _volume.Path, _clock, "--Sidecar:Interval=00:00:10");
        var ready = await sidecar.GetAsync("/readyz");

        server.Serve(_site, "\"1\"");
        _clock.Advance(TimeSpan.FromSeconds(12));
        await sidecar.WhenAsync(status => status.State == SidecarState.Synced);

        Assert.Equal($"ready {welcome}\n", ready);
        Assert.Equal("one", sidecar.Read("index.html"));
    }

    [Fact]
    public async Task Source_UnreachableLater_ChangesNothing_AndIsToldByAgeAndFailures()
    {
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(_site, "\"1\"");
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"), _volume.Path, _clock, "--Sidecar:Interval=7.00:00:00");
        var (one, succeeded) = (sidecar.Last.Release!, _clock.GetUtcNow());
        server.Answer = context => Abort(context);

        for (var hours = 1; hours <= 3; hours++)
        {
            _clock.Advance(TimeSpan.FromHours(1));
            await sidecar.SyncAsync();
        }

        var status = sidecar.Board.Current;
        Assert.Equal((SidecarState.Failing, 3, succeeded), (status.State, status.ConsecutiveFailures, status.LastSuccessAt));
        Assert.Equal(3, sidecar.Counters["sidecar.syncs", "failed"]);
        Assert.Equal($"ready {one}\n", await sidecar.GetAsync("/readyz"));
        sidecar.AssertServes(one);
    }

    [Fact]
    public async Task Source_SlowerThanAShortTimeout_FailsAndIsCounted_AndSucceedsOnceItIsQuick()
    {
        await using var server = await ArchiveServer.StartAsync();
        server.Answer = context => Hang.UntilAsync(context.RequestAborted);
        await using var sidecar = await RunningSidecar.StartWithoutSyncAsync(server.Url("site.tar"), _volume.Path, _clock, "--Sidecar:Timeout=00:00:05", "--Sidecar:Interval=00:10:00");

        await Eventually.TrueAsync(() => { _clock.Advance(TimeSpan.FromSeconds(5)); return sidecar.Board.Current.Syncs.Count > 0; }, "the time-out");
        server.Serve(_site, "\"1\"");
        var quick = await sidecar.SyncAsync();

        Assert.Equal("The sync took longer than Sidecar__Timeout allows, 00:00:05.", sidecar.Board.Current.Syncs[1].Error);
        Assert.Equal(SyncResult.Published, quick.Result);
        sidecar.AssertServes(quick.Release!);
    }

    [Fact]
    public async Task Source_SlowWithALongTimeout_IsWaitedFor()
    {
        await using var server = await ArchiveServer.StartAsync();
        var (asked, release) = server.Hold(Results.Bytes(_site));
        await using var sidecar = await RunningSidecar.StartWithoutSyncAsync(server.Url("site.tar"), _volume.Path, _clock, "--Sidecar:Timeout=01:00:00");
        await asked;

        _clock.Advance(TimeSpan.FromMinutes(59));
        release();
        await sidecar.WhenAsync(status => status.Syncs.Count > 0);

        Assert.Equal(SyncResult.Published, sidecar.Last.Result);
    }

    private static Task Abort(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    private string PublishAsInit()
    {
        using var writer = VolumeWriter.TryOpen(new Volume(_volume.Path), _clock)!;
        using var staged = writer.Stage(ContentLimits.Default);
        using var welcome = new MemoryStream([1]);
        staged.Add("index.html", welcome, _clock.GetUtcNow(), 1, TestContext.Current.CancellationToken);
        return writer.Publish(staged, new ReleaseSource(ReleaseSource.InitKind, "init:welcome", null), TestContext.Current.CancellationToken).Release.Id;
    }
}
