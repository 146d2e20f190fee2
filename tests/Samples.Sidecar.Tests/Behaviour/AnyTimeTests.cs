using Samples.SharedVolume;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Behaviour;

/// <summary>Signals while the sidecar publishes one release after the other, at whatever step they meet it.</summary>
public sealed class AnyTimeTests : IDisposable
{
    private const int Rounds = 6;

    private readonly TemporaryFolder _volume = new();
    private readonly TemporaryFolder _source = new();

    public void Dispose()
    {
        _volume.Dispose();
        _source.Dispose();
    }

    [Fact]
    public async Task Term_EndsWithZero_AndLeavesTheVolumeSound_AtAnyTime()
    {
        for (var round = 0; round < Rounds; round++)
        {
            using var editing = new CancellationTokenSource();
            var edits = EditAsync(round, editing.Token);
            await using var sidecar = StartLoop();
            await PublishedAsync(sidecar, round + 1);

            await sidecar.SignalAsync("TERM");

            Assert.Equal(0, await sidecar.ExitAsync());
            await editing.CancelAsync();
            await edits;
            AssertSound();
        }
    }

    [Fact]
    public async Task HangUps_EndNothing_AtAnyTime()
    {
        using var editing = new CancellationTokenSource();
        var edits = EditAsync(0, editing.Token);
        await using var sidecar = StartLoop();
        for (var published = 1; published <= Rounds; published++)
        {
            await PublishedAsync(sidecar, published);
            await sidecar.SignalAsync("HUP");
        }

        await editing.CancelAsync();
        await edits;
        await sidecar.SignalAsync("TERM");

        Assert.Equal(0, await sidecar.ExitAsync());
        AssertSound();
    }

    private SidecarProcess StartLoop() => SidecarProcess.StartLoop(_source.Path, _volume.Path, "--Sidecar:Interval=00:00:00.1");

    private static Task PublishedAsync(SidecarProcess sidecar, int count) =>
        Eventually.TrueAsync(() => sidecar.Lines.Count(line => line.Contains("Published release", StringComparison.Ordinal)) >= count, $"{count} releases");

    /// <summary>A folder that changes all the time, by whole files.</summary>
    private async Task EditAsync(int round, CancellationToken ended)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(700));
        try
        {
            for (var i = 0; ; i++)
            {
                var draft = Path.Combine(Path.GetDirectoryName(_source.Path)!, Path.GetFileName(_source.Path) + ".draft");
                await File.WriteAllTextAsync(draft, $"round {round}, edit {i}: {new string('x', 50_000)}", CancellationToken.None);
                File.Move(draft, _source["index.html"], overwrite: true);
                await timer.WaitForNextTickAsync(ended);
            }
        }
        catch (OperationCanceledException)
        {
            // The round is over.
        }
    }

    private void AssertSound()
    {
        var volume = new Volume(_volume.Path);
        Assert.Null(ReleaseVerifier.FindProblemInContent(volume.ReadCurrent()!));
        Assert.Empty(Directory.EnumerateFileSystemEntries(volume.StagingDirectory));
    }
}
