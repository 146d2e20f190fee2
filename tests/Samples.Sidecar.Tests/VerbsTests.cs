using System.Text.Json.Nodes;
using Samples.SharedVolume;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests;

public sealed class VerbsTests : IDisposable
{
    private readonly TemporaryFolder _volume = new();
    private readonly TemporaryFolder _source = new();

    public VerbsTests() => _source.Write("index.html", "one");

    public void Dispose()
    {
        _volume.Dispose();
        _source.Dispose();
    }

    private string? Current => new Volume(_volume.Path).ReadCurrentId();

    [Fact]
    public async Task Verbs_TakeTheLockThemselves_WhenNoSidecarRuns()
    {
        var published = await RunAsync("once");
        var one = Current;
        _source.Write("index.html", "two!");
        await RunAsync("once");
        var two = Current;
        var unchanged = await RunAsync("once");
        var rolledBack = await RunAsync("rollback");
        var afterRollback = Current;
        var pinned = await RunAsync("once");
        var status = await RunAsync("status");
        var unpinned = await RunAsync("unpin");
        await RunAsync("once");

        Assert.Equal((0, $"Published release {one}."), Last(published));
        Assert.Equal((0, "The source has nothing new."), Last(unchanged));
        Assert.Equal((0, $"Release {one} is current and pinned; 'sidecar unpin' resumes the syncs."), Last(rolledBack));
        Assert.Equal(one, afterRollback);
        Assert.Equal((0, "A rollback has pinned the current release; 'sidecar unpin' resumes the syncs."), Last(pinned));
        Assert.Equal("stopped", (string)JsonNode.Parse(status.Output)!["state"]!);
        Assert.Equal(one, (string)JsonNode.Parse(status.Output)!["release"]!["id"]!);
        Assert.Equal(0, unpinned.ExitCode);
        Assert.Equal(two, Current);
    }

    [Fact]
    public async Task VerbsOfTheVolume_NeedNoSource()
    {
        await RunAsync("once");
        var one = Current;
        _source.Write("index.html", "two!");
        await RunAsync("once");
        string[] settings = [$"--SharedVolume:Path={_volume.Path}", "--Sidecar:ManagementUrl=http://127.0.0.1:9"];

        var rolledBack = await SidecarProcess.RunAsync(["rollback", .. settings]);
        var status = await SidecarProcess.RunAsync(["status", .. settings]);
        var unpinned = await SidecarProcess.RunAsync(["unpin", .. settings]);

        Assert.Equal((0, 0, 0), (rolledBack.ExitCode, status.ExitCode, unpinned.ExitCode));
        Assert.Equal(one, Current);
        Assert.Equal(one, (string)JsonNode.Parse(status.Output)!["pinned"]!);
    }

    [Fact]
    public async Task Verbs_AskTheSidecarThatRuns()
    {
        await using var sidecar = SidecarProcess.StartLoop(_source.Path, _volume.Path);
        var url = $"--Sidecar:ManagementUrl={await sidecar.UrlAsync()}";
        await sidecar.LineAsync("Published release");
        var one = Current;
        _source.Write("index.html", "two!");

        var published = await RunAsync("once", url);
        var two = Current;
        var status = await RunAsync("status", url);
        var rolledBack = await RunAsync("rollback", one!, url);
        var afterRollback = Current;
        var unpinned = await RunAsync("unpin", url);
        var refused = await RunAsync("rollback", "zzz", url);

        Assert.Equal((0, $"Published release {two}."), Last(published));
        Assert.Equal("synced", (string)JsonNode.Parse(status.Output)!["state"]!);
        Assert.Equal((0, $"Release {one} is current and pinned; 'sidecar unpin' resumes the syncs."), Last(rolledBack));
        Assert.Equal(one, afterRollback);
        Assert.Equal((0, "Unpinned; the syncs have resumed."), Last(unpinned));
        Assert.Equal(two, Current);
        Assert.Equal(1, refused.ExitCode);
        Assert.StartsWith("There is no release zzz; retained are: ", refused.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Once_EndsWithOne_WhenTheSourceIsDown()
    {
        var (exitCode, output) = await RunAsync("once", "--Sidecar:Source=http://127.0.0.1:1/site.tar");

        Assert.Equal(1, exitCode);
        Assert.Contains("GET http://127.0.0.1:1/site.tar failed: Connection refused", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Once_NamesTheSetting_WhenTheVolumeIsLockedButNobodyAnswers()
    {
        await using var sidecar = SidecarProcess.StartLoop(_source.Path, _volume.Path);
        await sidecar.LineAsync("Published release");

        var (exitCode, output) = await RunAsync("once");

        Assert.Equal(1, exitCode);
        Assert.Contains($"Another process holds the lock of '{_volume.Path}' but does not answer at http://127.0.0.1:1/; is Sidecar__ManagementUrl its address?", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Healthcheck_AsksTheRunningSidecar()
    {
        await using var sidecar = SidecarProcess.StartLoop(_source.Path, _volume.Path);
        var url = $"--Sidecar:ManagementUrl={await sidecar.UrlAsync()}";
        await sidecar.LineAsync("Published release");

        Assert.Equal(0, (await RunAsync("healthcheck", url)).ExitCode);
        Assert.Equal(0, (await RunAsync("healthcheck", "readyz", url)).ExitCode);
        Assert.Equal(1, (await RunAsync("healthcheck")).ExitCode);
    }

    private static (int ExitCode, string Said) Last((int ExitCode, string Output) result) => (result.ExitCode, result.Output.Split('\n')[^1]);

    /// <summary>Without another address, one where nobody listens.</summary>
    private Task<(int ExitCode, string Output)> RunAsync(params string[] words)
    {
        string[] verb = [.. words.TakeWhile(word => !word.StartsWith('-'))];
        return SidecarProcess.RunAsync(
            [.. verb, $"--Sidecar:Source={_source.Path}", $"--SharedVolume:Path={_volume.Path}", "--Sidecar:ManagementUrl=http://127.0.0.1:1", "--Logging:Format=text", .. words[verb.Length..]]);
    }
}
