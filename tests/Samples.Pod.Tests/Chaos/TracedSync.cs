using CliWrap;
using CliWrap.Buffered;
using Samples.SharedVolume;

namespace Samples.Pod.Tests.Chaos;

/// <summary>One <c>sidecar once</c> on a copy of a volume, watched by strace, and killed by it if asked.</summary>
internal sealed class TracedSync : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Log => _folder["strace.log"];

    public Volume Volume => field ??= new Volume(_folder["volume"]);

    public IReadOnlyList<SystemCall> Calls { get; private set; } = [];

    public bool WasKilled { get; private set; }

    public int ExitCode { get; private set; }

    /// <summary>How many calls had changed the volume when the program ended.</summary>
    public int Steps => Calls.Count(c => c.Changes(Volume.Root));

    /// <param name="volume">Copied, so that every run starts from the same.</param>
    /// <param name="source">The folder to publish.</param>
    /// <param name="fatal">Where SIGKILL strikes, as the call is entered; null to let the program end.</param>
    public static async Task<TracedSync> RunAsync(string volume, string source, SystemCall? fatal, CancellationToken cancellation)
    {
        var run = new TracedSync();
        await Cli.Wrap("cp").WithArguments(["-a", volume, run.Volume.Root]).ExecuteAsync(cancellation);
        // Not --seccomp-bpf, which is faster: with it, strace 6.1 injects nothing.
        string[] inject = fatal is null ? [] : ["-e", $"inject={fatal.Name}:signal=KILL:when={fatal.Ordinal}"];
        var result = await Sidecar("strace", ["-f", "-y", "-o", run.Log, "-e", "trace=%file,%desc", .. inject, BuiltProgram.Sidecar], source, run.Volume)
            .ExecuteBufferedAsync(cancellation);

        run.ExitCode = result.ExitCode;
        run.Calls = SystemCall.ReadAll(run.Log);
        run.WasKilled = (await File.ReadAllTextAsync(run.Log, cancellation)).Contains("+++ killed by SIGKILL +++", StringComparison.Ordinal);
        return run;
    }

    /// <summary>Starts the program again, as the kubelet would, and nothing strikes it.</summary>
    public Task<BufferedCommandResult> RunAgainAsync(string source, CancellationToken cancellation) =>
        Sidecar(BuiltProgram.Sidecar, [], source, Volume).ExecuteBufferedAsync(cancellation);

    public void Dispose() => _folder.Dispose();

    /// <summary>On one processor, which makes the order of calls as repeatable as it gets.</summary>
    private static Command Sidecar(string program, string[] before, string source, Volume volume) => Cli.Wrap(program)
        .WithArguments([
            .. before, "once", $"--Sidecar:Source={source}", $"--SharedVolume:Path={volume.Root}",
            "--Sidecar:Keep=0", "--Sidecar:Grace=00:00:00", "--Sidecar:ManagementUrl=http://127.0.0.1:1",
        ])
        .WithEnvironmentVariables(env => env.Set("DOTNET_PROCESSOR_COUNT", "1").Set("DOTNET_TieredPGO", "0"))
        .WithValidation(CommandResultValidation.None);
}
