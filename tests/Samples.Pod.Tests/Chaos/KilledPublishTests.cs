using System.Collections.Concurrent;
using Samples.SharedVolume;

namespace Samples.Pod.Tests.Chaos;

/// <summary>
/// The publisher, killed at every system call that changes the volume, in turn. Between two such calls the disk is the
/// same whichever call is the last one, so for each of these states one kill is enough. strace counts calls for each
/// thread, and runs differ a little: what counts is the state that a killed run's own log shows.
/// </summary>
public sealed class KilledPublishTests : IDisposable
{
    private const int Attempts = 3;

    private readonly TemporaryFolder _folder = new();
    private string _old = "";
    private string _new = "";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publish_LeavesTheOldOrTheNewReleaseInFull_WhereverItIsKilled()
    {
        Needs.Program("strace");
        using var undisturbed = await RecordAsync();
        var targets = FindTargets(undisturbed);
        var reached = new ConcurrentDictionary<int, int>();

        await Parallel.ForEachAsync(targets, new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = Cancellation }, async (target, _) =>
        {
            foreach (var call in target.Value.Take(Attempts).TakeWhile(_ => !reached.ContainsKey(target.Key)))
            {
                using var run = await KillAsync(call);
                if (run.WasKilled)
                    reached.AddOrUpdate(run.Steps, 1, (_, kills) => kills + 1);
            }
        });

        var missed = Enumerable.Range(1, undisturbed.Steps).Except(reached.Keys);
        var outcome = $"{reached.Values.Sum()} kills reached {reached.Count} of {undisturbed.Steps} states, and missed these: {string.Join(' ', missed)}.";
        TestContext.Current.TestOutputHelper?.WriteLine(outcome);
        Assert.True(undisturbed.Steps > 40 && reached.Count > undisturbed.Steps * 0.8, outcome);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>An old release, and a new one of which one file is changed, one is unchanged and one is new.</summary>
    private async Task<TracedSync> RecordAsync()
    {
        Directory.CreateDirectory(_folder["volume"]);
        _folder.Write("source/app.js", new string('a', 1000));
        _folder.Write("source/same.txt", new string('s', 1000));
        using (var first = await TracedSync.RunAsync(_folder["volume"], _folder["source"], null, Cancellation))
        {
            Assert.Equal(0, first.ExitCode);
            _old = first.Volume.ReadCurrentId()!;
            Directory.Delete(_folder["volume"]);
            await CliWrap.Cli.Wrap("cp").WithArguments(["-a", first.Volume.Root, _folder["volume"]]).ExecuteAsync(Cancellation);
        }

        _folder.Write("source/app.js", new string('b', 1100));
        _folder.Write("source/sub/new.html", "new");
        var undisturbed = await TracedSync.RunAsync(_folder["volume"], _folder["source"], null, Cancellation);
        _new = undisturbed.Volume.ReadCurrentId()!;
        Assert.Equal(0, undisturbed.ExitCode);
        Assert.NotEqual(_old, _new);
        return undisturbed;
    }

    /// <summary>For each number of steps done, the calls at which a kill would leave just these: the rarest first, which vary least.</summary>
    private static Dictionary<int, SystemCall[]> FindTargets(TracedSync run)
    {
        var (targets, highest, steps) = (new List<(int Steps, SystemCall Call)>(), new Dictionary<string, int>(), 0);
        foreach (var call in run.Calls)
        {
            // 'when=' means every thread: only the first thread to come so far is sure to be the one that is killed.
            if (call.Ordinal > highest.GetValueOrDefault(call.Name))
            {
                highest[call.Name] = call.Ordinal;
                targets.Add((steps, call));
            }

            if (call.Changes(run.Volume.Root))
                steps++;
        }

        var frequency = run.Calls.CountBy(c => c.Name).ToDictionary();
        return targets.Where(t => t.Steps > 0).GroupBy(t => t.Steps).ToDictionary(t => t.Key, t => t.Select(t => t.Call).OrderBy(c => frequency[c.Name]).ToArray());
    }

    private async Task<TracedSync> KillAsync(SystemCall call)
    {
        var run = await TracedSync.RunAsync(_folder["volume"], _folder["source"], call, Cancellation);
        var where = $"{call.Name} {call.Ordinal} after {run.Steps} steps";
        if (!run.WasKilled)
            Assert.True((0, _new) == (run.ExitCode, run.Volume.ReadCurrentId()), where);

        var served = run.Volume.ReadCurrent();
        Assert.True(served is not null && (served.Id == _old || served.Id == _new), where);
        Assert.True(ReleaseVerifier.FindProblemInContent(served) is null, where);

        var again = await run.RunAgainAsync(_folder["source"], Cancellation);
        Assert.True(again.ExitCode == 0, $"{where}: {again.StandardOutput}{again.StandardError}");
        Assert.True(run.Volume.ReadCurrentId() == _new, where);
        Assert.True(ReleaseVerifier.FindProblemInContent(run.Volume.ReadCurrent()!) is null, where);
        Assert.True(!Directory.EnumerateFileSystemEntries(run.Volume.StagingDirectory).Any(), where);
        return run;
    }
}
