using CliWrap;
using CliWrap.Buffered;

namespace Samples.SharedVolume.Tests;

public sealed class LockTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void TryOpen_IsNull_WhileAnotherWriterIsOpen()
    {
        using var volume = new TestVolume();

        using (volume.Open())
            Assert.Null(VolumeWriter.TryOpen(volume.Volume, volume.Clock));

        using var next = VolumeWriter.TryOpen(volume.Volume, volume.Clock);
        Assert.NotNull(next);
    }

    [Fact]
    public async Task TryOpen_TakesALockThatOtherProcessesSee()
    {
        using var volume = new TestVolume();

        int during;
        using (volume.Open())
            during = await TryFlockAsync(volume);
        var after = await TryFlockAsync(volume);

        Assert.Equal((1, 0), (during, after));
    }

    [Fact]
    public async Task TryOpen_IsNull_UntilTheProcessThatHoldsTheLockIsKilled()
    {
        using var volume = new TestVolume();
        await File.WriteAllTextAsync(volume.Volume.LockFile, "", Cancellation);
        using var kill = new CancellationTokenSource();
        var holder = Cli.Wrap("flock").WithArguments(["--no-fork", volume.Volume.LockFile, "sleep", "600"]).ExecuteAsync(kill.Token);
        await Eventually.TrueAsync(() => !CanOpen(volume), "flock to take the lock");

        await kill.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => holder);

        Assert.True(CanOpen(volume));
    }

    [Fact]
    public async Task OpenAsync_WaitsAsAStandby_AndSaysSoOnce()
    {
        using var volume = new TestVolume();
        var holder = volume.Open();
        var told = 0;

        var opening = VolumeWriter.OpenAsync(volume.Volume, volume.Clock, () => told++, Cancellation);
        volume.Clock.Advance(TimeSpan.FromSeconds(1));
        await Task.Yield();
        var waited = !opening.IsCompleted;
        holder.Dispose();
        await Eventually.TrueAsync(() => { volume.Clock.Advance(TimeSpan.FromSeconds(1)); return opening.IsCompleted; }, "the standby to take over");
        using var writer = await opening;

        Assert.True(waited);
        Assert.Equal(1, told);
    }

    [Fact]
    public async Task OpenAsync_EndsItsWait_WhenItIsCancelled()
    {
        using var volume = new TestVolume();
        using var holder = volume.Open();
        using var cancel = new CancellationTokenSource();
        var opening = VolumeWriter.OpenAsync(volume.Volume, volume.Clock, () => { }, cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening);
    }

    [Fact]
    public void TryOpen_NamesTheVolumeAndTheSetting_WhenItDoesNotExist()
    {
        using var volume = new TestVolume("/nowhere/at/all");

        var error = Assert.Throws<DirectoryNotFoundException>(() => VolumeWriter.TryOpen(volume.Volume, volume.Clock));

        Assert.Contains("'/nowhere/at/all'", error.Message, StringComparison.Ordinal);
        Assert.Contains("SharedVolume__Path", error.Message, StringComparison.Ordinal);
    }

    private static async Task<int> TryFlockAsync(TestVolume volume) =>
        (await Cli.Wrap("flock").WithArguments(["-n", volume.Volume.LockFile, "true"])
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(Cancellation)).ExitCode;

    private static bool CanOpen(TestVolume volume)
    {
        using var writer = VolumeWriter.TryOpen(volume.Volume, volume.Clock);
        return writer is not null;
    }
}
