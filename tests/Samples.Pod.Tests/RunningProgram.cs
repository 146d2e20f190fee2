using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using CliWrap;

namespace Samples.Pod.Tests;

/// <summary>A real process with its log at hand. Disposing it kills what still runs.</summary>
internal sealed partial class RunningProgram : IAsyncDisposable
{
    private const int Terminate = 15;
    private const int Interrupt = 2;

    private readonly CancellationTokenSource _kill = new();
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly CommandTask<CommandResult> _task;

    public RunningProgram(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?> environment)
    {
        var log = PipeTarget.ToDelegate(_lines.Enqueue);
        _task = Cli.Wrap(program)
            .WithArguments(arguments)
            .WithEnvironmentVariables(environment)
            .WithWorkingDirectory(RepositoryRoot.Path)
            .WithStandardOutputPipe(log)
            .WithStandardErrorPipe(log)
            .WithValidation(CommandResultValidation.None)
            .ExecuteAsync(_kill.Token);
    }

    /// <summary>All lines so far, standard output and error together.</summary>
    public string Log => string.Join('\n', _lines);

    public bool HasEnded => _task.Task.IsCompleted;

    /// <summary>Waits for the program to end by itself, and returns its exit code.</summary>
    public async Task<int> EndAsync() => (await _task.Task.WaitAsync(TimeSpan.FromMinutes(5))).ExitCode;

    /// <summary>SIGTERM, as the kubelet sends it.</summary>
    public Task<int> TerminateAsync() => SignalAsync(Terminate, _task.ProcessId);

    /// <summary>SIGINT to the program's process group, as Ctrl+C in a terminal sends it. The program must lead one.</summary>
    public Task<int> InterruptAsync() => SignalAsync(Interrupt, -_task.ProcessId);

    public async ValueTask DisposeAsync()
    {
        await _kill.CancelAsync();
        try
        {
            await _task;
        }
        catch (OperationCanceledException)
        {
            // Killed just now.
        }

        _kill.Dispose();
    }

    private Task<int> SignalAsync(int signal, int process)
    {
        Assert.Equal(0, Kill(process, signal));
        return EndAsync();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
