using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Samples.Sidecar.Sync;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Sync;

public sealed class SyncLoopTests
{
    private static readonly byte[] _site = Tar.Of(("index.html", "hello"));

    [Fact]
    public async Task Loop_SyncsAgain_AfterTheIntervalLessOrMoreATenth()
    {
        var clock = new FakeTimeProvider();
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(_site, "\"1\"");
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"), null, clock, "--Sidecar:Interval=00:01:00");
        var due = sidecar.Board.Current.NextSyncAt!.Value;

        Assert.InRange(due, clock.GetUtcNow().AddSeconds(54), clock.GetUtcNow().AddSeconds(66));
        Assert.Single(server.Requests);
        clock.SetUtcNow(due);
        await sidecar.WhenAsync(status => status.Syncs[0].Result == SyncResult.Unchanged);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Loop_SyncsOnceMore_WhenItIsNudgedThriceDuringASync()
    {
        var clock = new FakeTimeProvider();
        await using var server = await ArchiveServer.StartAsync();
        var (asked, release) = server.Hold(Results.Bytes(_site));
        await using var sidecar = await RunningSidecar.StartWithoutSyncAsync(server.Url("site.tar"), null, clock);
        await asked;
        var loop = sidecar.App.Services.GetRequiredService<SyncLoop>();

        Task<SyncRecord>[] nudges = [loop.RequestAsync(null), loop.RequestAsync(null), loop.RequestAsync(null)];
        release();
        var records = await Task.WhenAll(nudges);
        var next = await loop.RequestAsync(null);

        Assert.Same(records[0], records[1]);
        Assert.Same(records[0], records[2]);
        Assert.NotSame(records[0], next);
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task Loop_WaitsLongerWithEachFailure_AndForgetsThemAfterASuccess()
    {
        var clock = new FakeTimeProvider();
        await using var server = await ArchiveServer.StartAsync();
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"), null, clock, "--Sidecar:Interval=00:00:10", "--Sidecar:MaxBackoff=00:01:00");
        var first = sidecar.Board.Current;

        await sidecar.SyncAsync();
        await sidecar.SyncAsync();
        var third = sidecar.Board.Current;
        server.Serve(_site);
        await sidecar.SyncAsync();
        var mended = sidecar.Board.Current;

        Assert.Equal((SidecarState.Failing, 1), (first.State, first.ConsecutiveFailures));
        Assert.Equal((SidecarState.Failing, 3), (third.State, third.ConsecutiveFailures));
        Assert.InRange(third.NextSyncAt!.Value - clock.GetUtcNow(), TimeSpan.FromSeconds(36), TimeSpan.FromSeconds(44));
        Assert.Equal((SidecarState.Synced, 0), (mended.State, mended.ConsecutiveFailures));
        Assert.Equal(clock.GetUtcNow(), mended.LastSuccessAt);
        Assert.InRange(mended.NextSyncAt!.Value - clock.GetUtcNow(), TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(11));
    }

    [Fact]
    public async Task Stop_AnswersWhoeverWaitsForASync()
    {
        await using var server = new RawServer(RawServer.HangAsync);
        await using var sidecar = await RunningSidecar.StartWithoutSyncAsync(
            server.Url("site.tar"), null, null, "--Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics=Information");
        await server.Asked;
        var once = sidecar.Http.PostAsync(new Uri("/control/sync", UriKind.Relative), null, TestContext.Current.CancellationToken);

        await Eventually.TrueAsync(() => sidecar.Log.Any(line => line.Contains("/control/sync", StringComparison.Ordinal)), "the request to arrive");
        await sidecar.App.StopAsync(TestContext.Current.CancellationToken);
        using var answer = await once;

        Assert.Equal("The sidecar stops.\n", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Health_IsBad_OnlyWhileTheLoopIsStuckBeyondItsTime()
    {
        var clock = new FakeTimeProvider();
        using var stuck = new SemaphoreSlim(0);
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(_site, "\"1\"");
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"), null, clock, "--Sidecar:Timeout=00:00:10");
        var loop = sidecar.App.Services.GetRequiredService<SyncLoop>();
        var started = new TaskCompletionSource();
        var request = loop.RequestAsync(_ =>
        {
            started.SetResult();
            stuck.Wait();
        });
        await started.Task.WaitAsync(Eventually.Deadline, TestContext.Current.CancellationToken);

        clock.Advance(TimeSpan.FromSeconds(39));
        var slow = await StatusOfAsync(sidecar);
        clock.Advance(TimeSpan.FromSeconds(2));
        var hung = await StatusOfAsync(sidecar);
        stuck.Release();
        await request;
        var mended = await StatusOfAsync(sidecar);

        Assert.Equal((200, 503, 200), (slow, hung, mended));
    }

    private static async Task<int> StatusOfAsync(RunningSidecar sidecar)
    {
        using var response = await sidecar.Http.GetAsync(new Uri("/healthz", UriKind.Relative), TestContext.Current.CancellationToken);
        return (int)response.StatusCode;
    }
}
