using Samples.SharedVolume;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Pod.Tests.Chaos;

/// <summary>
/// A sync from a Git repository, killed while it fetches: at system calls that change the cache on the volume, spread over all of them.
/// What comes after the fetch is <see cref="KilledPublishTests"/>.
/// </summary>
public sealed class KilledGitSyncTests : IDisposable
{
    private const int Kills = 40;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Restart_HealsTheCache_WhereverTheFetchWasKilled(bool isFirst)
    {
        Needs.Program("strace");
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", ("index.html", "one"), ("css/style.css", "body { }"));
        var volume = new Volume(_folder["volume"]);
        Directory.CreateDirectory(volume.Root);
        if (!isFirst)
        {
            using var first = await TracedSync.RunAsync(volume.Root, project.Url(), null, Cancellation);
            Assert.Equal(0, first.ExitCode);
            await CliWrap.Cli.Wrap("cp").WithArguments(["-a", first.Volume.Root + "/.", volume.Root]).ExecuteAsync(Cancellation);
            await project.CommitAsync(("index.html", "two"));
        }

        var old = volume.ReadCurrentId();
        using var undisturbed = await TracedSync.RunAsync(volume.Root, project.Url(), null, Cancellation);
        var made = undisturbed.Volume.ReadCurrentId()!;
        SystemCall[] calls = [.. undisturbed.Calls.Where(call => call.Changes(undisturbed.Volume.CacheDirectory))];
        var step = Math.Max(1, calls.Length / Kills);

        var kills = 0;
        await Parallel.ForEachAsync(calls.Where((_, i) => i % step == 0), new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = Cancellation }, async (call, _) =>
        {
            using var run = await TracedSync.RunAsync(volume.Root, project.Url(), call, Cancellation);
            var where = $"{call.Name} {call.Ordinal}";
            Assert.True(!run.WasKilled || run.Volume.ReadCurrentId() == old || run.Volume.ReadCurrentId() == made, where);
            if (run.WasKilled)
                Interlocked.Increment(ref kills);

            var again = await run.RunAgainAsync(project.Url(), Cancellation);

            Assert.True(again.ExitCode == 0, $"{where}: {again.StandardOutput}{again.StandardError}");
            Assert.True(run.Volume.ReadCurrentId() == made, where);
            Assert.True(ReleaseVerifier.FindProblemInContent(run.Volume.ReadCurrent()!) is null, where);
            var cache = Assert.Single(Directory.GetDirectories(run.Volume.CacheDirectory));
            Assert.Empty(Directory.GetFiles(cache, "*.lock", SearchOption.AllDirectories));
            Assert.Equal("", await GitProject.RunAsync(cache, "fsck", "--no-dangling", "--no-progress"));
        });

        TestContext.Current.TestOutputHelper?.WriteLine($"{kills} kills at {calls.Length} calls.");
        Assert.True(kills > 5, $"Only {kills} runs were killed.");
    }

    public void Dispose() => _folder.Dispose();
}
