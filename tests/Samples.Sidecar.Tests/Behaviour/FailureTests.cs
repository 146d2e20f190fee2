using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Samples.Sidecar.Sync;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Behaviour;

/// <summary>Sources and volumes that fail, and a clock that does not keep still.</summary>
public sealed class FailureTests : IDisposable
{
    private readonly TemporaryFolder _volume = new();

    public void Dispose() => _volume.Dispose();

    [Fact]
    public async Task Process_EndsWithOne_AfterMaxFailuresInARow()
    {
        await using var server = await ArchiveServer.StartAsync();
        await using var sidecar = SidecarProcess.StartLoop(server.Url("site.tar"), _volume.Path, "--Sidecar:MaxFailures=3", "--Sidecar:Interval=00:00:00.1", "--Sidecar:MaxBackoff=00:00:00.1");

        Assert.Equal(1, await sidecar.ExitAsync());
        Assert.Equal(3, server.Requests.Count);
        Assert.Contains(sidecar.Lines, line => line.EndsWith(
            $"Failed: 3 syncs in a row failed, which is what Sidecar__MaxFailures allows; the last one: GET {server.Url("site.tar")} answered 404 Not Found.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Failures_AreCountedAnew_AfterASuccess()
    {
        await using var server = await ArchiveServer.StartAsync();
        var count = 0;
        // Two of three fail, for ever.
        server.Answer = context => Interlocked.Increment(ref count) % 3 == 0
            ? Results.Bytes(Tar.Of(("index.html", $"{count}"))).ExecuteAsync(context)
            : Results.StatusCode(500).ExecuteAsync(context);
        await using var sidecar = SidecarProcess.StartLoop(server.Url("site.tar"), _volume.Path, "--Sidecar:MaxFailures=3", "--Sidecar:Interval=00:00:00.1", "--Sidecar:MaxBackoff=00:00:00.1");

        await Eventually.TrueAsync(() => sidecar.Lines.Count(line => line.Contains("Published release", StringComparison.Ordinal)) >= 3, "three releases");
        await sidecar.SignalAsync("TERM");

        Assert.Equal(0, await sidecar.ExitAsync());
    }

    [Fact]
    public async Task RefusedContent_EndsNothing_HoweverOftenItIsRefused()
    {
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(Tar.Of(("../x", "evil")), "\"1\"");
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"), _volume.Path, null, "--Sidecar:MaxFailures=1");

        await sidecar.SyncAsync();
        server.Serve(Tar.Of(("index.html", "one")), "\"2\"");
        var mended = await sidecar.SyncAsync();

        Assert.Equal(SyncResult.Published, mended.Result);
    }

    [Fact]
    public async Task InitialInterval_Holds_UntilTheFirstSuccess()
    {
        var clock = new FakeTimeProvider();
        await using var server = await ArchiveServer.StartAsync();
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"), _volume.Path, clock, "--Sidecar:InitialInterval=00:00:02", "--Sidecar:Interval=00:10:00");
        var unreachable = sidecar.Board.Current.NextSyncAt!.Value - clock.GetUtcNow();

        server.Serve(Tar.Of(("index.html", "one")), "\"1\"");
        clock.Advance(TimeSpan.FromSeconds(3));
        var synced = (await sidecar.WhenAsync(status => status.State == SidecarState.Synced)).NextSyncAt!.Value - clock.GetUtcNow();

        Assert.InRange(unreachable, TimeSpan.FromSeconds(1.8), TimeSpan.FromSeconds(2.2));
        Assert.InRange(synced, TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(11));
    }

    [Fact]
    public async Task Clock_ThatJumpsBack_NeitherStopsTheSyncs_NorKeepsOldReleasesForEver()
    {
        var clock = new SettableClock(DateTimeOffset.UtcNow);
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(Tar.Of(("index.html", "one")), "\"1\"");
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"), _volume.Path, clock, "--Sidecar:Interval=00:01:00", "--Sidecar:Keep=1", "--Sidecar:Grace=00:00:30");
        var one = sidecar.Last.Release!;

        clock.Set(clock.GetUtcNow().AddDays(-365));
        server.Serve(Tar.Of(("index.html", "two")), "\"2\"");
        clock.Advance(TimeSpan.FromMinutes(2));
        var two = (await sidecar.WhenAsync(status => status.Syncs[0].Release != one)).Release!.Id;
        server.Serve(Tar.Of(("index.html", "three")), "\"3\"");
        clock.Advance(TimeSpan.FromMinutes(2));
        var retained = (await sidecar.WhenAsync(status => status.Syncs[0].Release is { } id && id != two && id != one)).Retained;

        Assert.Equal([two], retained.Select(r => r.Id));
        Assert.Equal("three", sidecar.Read("index.html"));
        Assert.InRange(sidecar.Board.Current.LastSuccessAt!.Value, clock.GetUtcNow().AddMinutes(-1), clock.GetUtcNow());
    }

    [Fact]
    public async Task Volume_ThatIsReadOnly_EndsTheProcessWithOne_AndSaysSo()
    {
        Needs.That(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "This test mounts a volume read-only, which only root may.");
        using var source = new TemporaryFolder();
        source.Write("index.html", "hello");
        await Shell.RunAsync($"mount -t tmpfs -o ro none {_volume.Path}");
        try
        {
            var (exitCode, output) = await SidecarProcess.RunAsync(
                [$"--Sidecar:Source={source.Path}", $"--SharedVolume:Path={_volume.Path}", "--Sidecar:ManagementUrl=http://127.0.0.1:0", "--Logging:Format=text"]);

            Assert.Equal(1, exitCode);
            Assert.Contains($"Failed: The shared volume '{_volume.Path}' is read-only. Mount it writable for init and sidecar.", output, StringComparison.Ordinal);
        }
        finally
        {
            await Shell.RunAsync($"umount {_volume.Path}");
        }
    }

    [Fact]
    public async Task Volume_ThatVanishes_IsNotMadeAnew()
    {
        var path = Directory.CreateDirectory(_volume["data"]).FullName;
        await using var server = await ArchiveServer.StartAsync();
        var (asked, release) = server.Hold(Results.Bytes(Tar.Of(("a/b/index.html", "one"))));
        await using var sidecar = SidecarProcess.StartLoop(server.Url("site.tar"), path, "--Sidecar:Interval=00:00:00.1");
        await asked;

        Directory.Delete(path, recursive: true);
        release();

        Assert.Equal(1, await sidecar.ExitAsync());
        Assert.False(Directory.Exists(path));
        Assert.Contains(sidecar.Lines, line => line.Contains($"Failed: The shared volume '{path}' does not exist any more", StringComparison.Ordinal));
    }

    /// <summary>Its wall clock can be set back, which <see cref="FakeTimeProvider"/> refuses; what it waits by runs on, as the system's does.</summary>
    private sealed class SettableClock(DateTimeOffset start) : TimeProvider
    {
        private readonly FakeTimeProvider _monotonic = new(start);
        private TimeSpan _offset;

        public override DateTimeOffset GetUtcNow() => _monotonic.GetUtcNow() + _offset;

        public override long GetTimestamp() => _monotonic.GetTimestamp();

        public override long TimestampFrequency => _monotonic.TimestampFrequency;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            _monotonic.CreateTimer(callback, state, dueTime, period);

        public void Set(DateTimeOffset now) => _offset = now - _monotonic.GetUtcNow();

        public void Advance(TimeSpan time) => _monotonic.Advance(time);
    }
}
