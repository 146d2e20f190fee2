using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Samples.Hosting;
using Samples.SharedVolume;

namespace Samples.Init.Tests;

public sealed class SetupCrewTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Volume Volume => field ??= new Volume(_folder.Path);

    [Fact]
    public async Task Run_WaitsForTheLock_AndPaintsOnceItIsFree()
    {
        var holder = VolumeWriter.TryOpen(Volume, _clock)!;

        var run = Crew().RunAsync(Cancellation);
        _clock.Advance(TimeSpan.FromSeconds(1));
        var waited = !run.IsCompleted;
        holder.Dispose();
        await EndAsync(run);

        Assert.True(waited);
        await run;
        Assert.NotNull(Volume.ReadCurrent());
    }

    [Fact]
    public async Task Run_GivesUp_WhenTheLockStaysTaken()
    {
        using var holder = VolumeWriter.TryOpen(Volume, _clock)!;

        var run = Crew().RunAsync(Cancellation);
        await EndAsync(run);

        var error = await Assert.ThrowsAsync<IOException>(() => run);
        Assert.Contains($"'{_folder.Path}' for 30 s", error.Message, StringComparison.Ordinal);
        Assert.Null(Volume.ReadCurrentId());
    }

    [Fact]
    public async Task Run_LeavesThePaintingToWhoHadTheLock_WhenThatPublished()
    {
        using var holder = VolumeWriter.TryOpen(Volume, _clock)!;
        var run = Crew().RunAsync(Cancellation);
        string id;
        using (var staged = holder.Stage(ContentLimits.Default))
        {
            using var content = new MemoryStream("from the sidecar"u8.ToArray());
            staged.Add("index.html", content, _clock.GetUtcNow(), null, Cancellation);
            id = holder.Publish(staged, new ReleaseSource("test", "test:", null), Cancellation).Release.Id;
        }

        holder.Dispose();
        await EndAsync(run);

        await run;
        Assert.Equal(id, Volume.ReadCurrentId());
        Assert.Single(Volume.ListReleases());
    }

    [Fact]
    public async Task Run_Stops_WhenItIsAskedTo()
    {
        using var holder = VolumeWriter.TryOpen(Volume, _clock)!;
        using var stop = new CancellationTokenSource();
        var run = Crew().RunAsync(stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    public void Dispose() => _folder.Dispose();

    private SetupCrew Crew() => new(
        Options.Create(new InitOptions()), Options.Create(new SharedVolumeOptions { Path = _folder.Path }),
        new ConfigurationBuilder().Build(), _clock, NullLogger<SetupCrew>.Instance);

    /// <summary>Lets the clock run until the crew has left, one way or the other.</summary>
    private Task EndAsync(Task run) => Eventually.TrueAsync(
        () =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return run.IsCompleted;
        },
        "the setup crew to leave");
}
