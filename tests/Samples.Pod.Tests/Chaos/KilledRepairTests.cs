using CliWrap;
using Samples.SharedVolume;

namespace Samples.Pod.Tests.Chaos;

/// <summary>
/// A repair, killed at every call that gives or takes a name: what was served before stays so, but for the damage, and the next run
/// mends it.
/// </summary>
public sealed class KilledRepairTests : IDisposable
{
    private static readonly string[] _naming = ["mkdir", "rename", "renameat2", "symlink", "unlink", "rmdir"];

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("printf damaged > current/www/app.js")]
    [InlineData("rm current && mkdir current && touch current/by-hand")]
    public async Task Repair_TakesNothingAway_WhereverItIsKilled(string damage)
    {
        Needs.Program("strace");
        var id = await PublishAsync();
        await Cli.Wrap("sh").WithArguments(["-c", damage]).WithWorkingDirectory(_folder["volume"]).ExecuteAsync(Cancellation);
        var wasServed = new Volume(_folder["volume"]).ReadCurrentId() is not null;

        using var undisturbed = await TracedSync.RunAsync(_folder["volume"], _folder["source"], null, Cancellation);
        AssertSound(undisturbed, id, "undisturbed");
        var calls = undisturbed.Calls.Where(call => _naming.Contains(call.Name) && call.Changes(undisturbed.Volume.Root)).ToArray();
        var kills = 0;
        foreach (var call in calls)
        {
            using var run = await TracedSync.RunAsync(_folder["volume"], _folder["source"], call, Cancellation);
            kills += run.WasKilled ? 1 : 0;
            var where = $"{call.Name} {call.Ordinal} after {run.Steps} steps";

            if (wasServed)
                Assert.True("same" == await File.ReadAllTextAsync(Path.Combine(run.Volume.CurrentLink, "www/same.txt"), Cancellation), where);
            var again = await run.RunAgainAsync(_folder["source"], Cancellation);
            Assert.True(again.ExitCode == 0, $"{where}: {again.StandardOutput}{again.StandardError}");
            AssertSound(run, id, where);
        }

        Assert.True(kills >= 5 && kills >= calls.Length / 2, $"{kills} kills at {calls.Length} calls");
    }

    private static void AssertSound(TracedSync run, string id, string where)
    {
        Assert.True(run.Volume.ReadCurrentId() == id, where);
        Assert.True(ReleaseVerifier.FindChange(run.Volume.ReadCurrent()!) is null, where);
        Assert.True(!Directory.EnumerateFileSystemEntries(run.Volume.StagingDirectory).Any(), where);
    }

    private async Task<string> PublishAsync()
    {
        Directory.CreateDirectory(_folder["volume"]);
        _folder.Write("source/app.js", "app");
        _folder.Write("source/same.txt", "same");
        using var first = await TracedSync.RunAsync(_folder["volume"], _folder["source"], null, Cancellation);
        Directory.Delete(_folder["volume"]);
        await Cli.Wrap("cp").WithArguments(["-a", first.Volume.Root, _folder["volume"]]).ExecuteAsync(Cancellation);
        return first.Volume.ReadCurrentId()!;
    }
}
