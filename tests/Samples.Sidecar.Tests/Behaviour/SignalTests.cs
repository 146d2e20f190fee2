using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Samples.SharedVolume;
using Samples.Sidecar.Sync;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Behaviour;

public sealed class SignalTests : IDisposable
{
    private readonly TemporaryFolder _volume = new();
    private readonly TemporaryFolder _source = new();

    public SignalTests() => _source.Write("index.html", "one");

    public void Dispose()
    {
        _volume.Dispose();
        _source.Dispose();
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Once_EndsWithZero_AndLeavesNothing_InTheMiddleOfADownload(string signal)
    {
        await using var server = HangingDownload();
        await using var sidecar = SidecarProcess.Start(
            ["once", $"--Sidecar:Source={server.Url("site.tar")}", $"--SharedVolume:Path={_volume.Path}", "--Sidecar:ManagementUrl=http://127.0.0.1:1", "--Logging:Format=text"]);
        await DownloadBegunAsync();

        var started = Stopwatch.GetTimestamp();
        await sidecar.SignalAsync(signal);
        var exitCode = await sidecar.ExitAsync();

        Assert.Equal(0, exitCode);
        TestContext.Current.TestOutputHelper?.WriteLine($"It ended within {Stopwatch.GetElapsedTime(started).TotalMilliseconds:F0} ms.");
        Assert.Contains(sidecar.Lines, line => line == "Stopped; nothing half done is left on the volume.");
        Assert.Empty(Directory.EnumerateFileSystemEntries(_volume[".staging"]));
    }

    [Fact]
    public async Task Loop_EndsWithZeroOfItsOwnAccord_AndLeavesNothing_InTheMiddleOfADownload()
    {
        await using var server = HangingDownload();
        await using var sidecar = SidecarProcess.StartLoop(server.Url("site.tar"), _volume.Path, "--Sidecar:ShutdownTimeout=01:00:00");
        await sidecar.UrlAsync();
        await DownloadBegunAsync();

        var started = Stopwatch.GetTimestamp();
        await sidecar.SignalAsync("TERM");
        var exitCode = await sidecar.ExitAsync();

        Assert.Equal(0, exitCode);
        TestContext.Current.TestOutputHelper?.WriteLine($"It ended within {Stopwatch.GetElapsedTime(started).TotalMilliseconds:F0} ms.");
        Assert.Empty(Directory.EnumerateFileSystemEntries(_volume[".staging"]));
    }

    [Fact]
    public async Task HangUp_IsANudge()
    {
        await using var sidecar = SidecarProcess.StartLoop(_source.Path, _volume.Path);
        await sidecar.LineAsync("Published release");
        var one = new Volume(_volume.Path).ReadCurrentId();
        _source.Write("index.html", "two!");

        await sidecar.SignalAsync("HUP");
        await sidecar.LineAsync($"in place of {one}");
        await sidecar.SignalAsync("TERM");

        Assert.Equal(0, await sidecar.ExitAsync());
    }

    [Fact]
    public async Task HangUps_InTheMiddleOfASync_EndNothing_AndASyncFollows()
    {
        await using var server = await ArchiveServer.StartAsync();
        var (asked, release) = server.Hold(Results.Bytes(Tar.Of(("index.html", "one")), entityTag: Microsoft.Net.Http.Headers.EntityTagHeaderValue.Parse("\"1\"")));
        await using var sidecar = SidecarProcess.StartLoop(server.Url("site.tar"), _volume.Path);
        await asked;

        for (var i = 0; i < 3; i++)
            await sidecar.SignalAsync("HUP");
        release();
        await Eventually.TrueAsync(() => server.Requests.Count >= 2, "one more sync");
        await sidecar.SignalAsync("TERM");

        Assert.Equal(0, await sidecar.ExitAsync());
    }

    [Fact]
    public async Task HangUp_EndsNobody_WhoStandsBy()
    {
        await using var writer = SidecarProcess.StartLoop(_source.Path, _volume.Path);
        await writer.LineAsync("Published release");
        await using var standby = SidecarProcess.StartLoop(_source.Path, _volume.Path);
        await standby.UrlAsync();
        await standby.LineAsync("Standing by");

        await standby.SignalAsync("HUP");
        await writer.SignalAsync("KILL");

        await standby.LineAsync("Took over");
    }

    [Fact]
    public async Task Rollback_DoesNotWaitForADownload()
    {
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(Tar.Of(("index.html", "one")), "\"1\"");
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"), _volume.Path);
        var one = sidecar.Last.Release!;
        server.Serve(Tar.Of(("index.html", "two")), "\"2\"");
        await sidecar.SyncAsync();
        var asked = new TaskCompletionSource();
        server.Answer = async context =>
        {
            asked.TrySetResult();
            await Hang.UntilAsync(context.RequestAborted);
        };
        var waiting = sidecar.Http.PostAsync(new Uri("/control/sync", UriKind.Relative), null, TestContext.Current.CancellationToken);
        await asked.Task.WaitAsync(Eventually.Deadline, TestContext.Current.CancellationToken);

        using var rolledBack = await sidecar.Http.PostAsync(new Uri("/control/rollback", UriKind.Relative), null, TestContext.Current.CancellationToken).WaitAsync(Eventually.Deadline, TestContext.Current.CancellationToken);
        using var synced = await waiting.WaitAsync(Eventually.Deadline, TestContext.Current.CancellationToken);

        Assert.True(rolledBack.IsSuccessStatusCode);
        Assert.StartsWith("A rollback has pinned the current release", await synced.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(SyncResult.Pinned, sidecar.Last.Result);
        sidecar.AssertServes(one);
    }

    private static RawServer HangingDownload() => new(async (socket, cancellation) =>
    {
        await RawServer.SendAsync(socket, "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n" + new string('x', 100_000), cancellation);
        await RawServer.HangAsync(socket, cancellation);
    });

    private Task DownloadBegunAsync() => Eventually.TrueAsync(
        () => Directory.Exists(_volume[".staging"])
            && Directory.EnumerateFiles(_volume[".staging"], "scratch", SearchOption.AllDirectories).Any(file => new FileInfo(file).Length > 0),
        "the download to begin");
}
