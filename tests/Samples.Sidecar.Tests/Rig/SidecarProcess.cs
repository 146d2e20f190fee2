using System.Collections.Concurrent;
using System.Diagnostics;

namespace Samples.Sidecar.Tests.Rig;

/// <summary>The built program, as a container runs it: for its verbs, signals and exit codes.</summary>
internal sealed class SidecarProcess : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly Task _reading;

    private SidecarProcess(string[] args, (string Name, string Value)[] environment)
    {
        // The referenced project's output stands beside the tests.
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "sidecar"), args)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        _reading = Task.WhenAll(ReadAsync(_process.StandardOutput), ReadAsync(_process.StandardError));
    }

    /// <summary>What it wrote so far, to standard output and standard error.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    public static SidecarProcess Start(string[] args, params (string Name, string Value)[] environment) => new(args, environment);

    /// <summary>The loop, on a port of the system's choice, moving only when nudged.</summary>
    public static SidecarProcess StartLoop(string source, string volume, params string[] settings) => new(
        [
            $"--Sidecar:Source={source}", $"--SharedVolume:Path={volume}", "--Sidecar:ManagementUrl=http://127.0.0.1:0", "--Sidecar:Interval=01:00:00",
            "--Logging:LogLevel:Microsoft.Hosting.Lifetime=Information", "--Logging:Format=text", .. settings,
        ],
        []);

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string[] args, params (string Name, string Value)[] environment)
    {
        await using var process = new SidecarProcess(args, environment);
        var exitCode = await process.ExitAsync();
        return (exitCode, string.Join('\n', process.Lines));
    }

    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Eventually.Deadline);
        await _reading;
        return _process.ExitCode;
    }

    public Task<string> LineAsync(string part) =>
        Eventually.GetAsync(() => Task.FromResult(_lines.FirstOrDefault(line => line.Contains(part, StringComparison.Ordinal))), $"'{part}' in the log, which is:\n{string.Join('\n', _lines)}");

    /// <summary>The address that it listens on, once it does.</summary>
    public async Task<string> UrlAsync()
    {
        var line = await LineAsync(Listening);
        return line[(line.IndexOf(Listening, StringComparison.Ordinal) + Listening.Length)..];
    }

    /// <param name="name">As kill(1) takes it: <c>TERM</c>, <c>KILL</c>.</param>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("sh", ["-c", $"kill -{name} {_process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
            _lines.Enqueue(line);
    }
}
