using System.Diagnostics;
using System.Globalization;

namespace Samples.Bench;

/// <summary>A program under measurement, and what the kernel says of it (proc(5)). Its output is read and thrown away.</summary>
public sealed class MeasuredProcess : IDisposable
{
    /// <summary>Of utime and stime: sysconf(_SC_CLK_TCK), which is 100 on every Linux that .NET runs on.</summary>
    private const double TicksPerSecond = 100;

    private readonly Process _process;

    /// <param name="processor">The one processor that it may use, or null for any.</param>
    /// <param name="program">Path, or name on the PATH.</param>
    public MeasuredProcess(int? processor, string program, IEnumerable<string> args, IReadOnlyDictionary<string, string>? environment = null)
    {
        string[] command = processor is { } one ? ["taskset", "--cpu-list", $"{one}", program, .. args] : [program, .. args];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>User and system time so far, of the process and its children that have ended, in steps of 10 ms.</summary>
    public TimeSpan Cpu
    {
        get
        {
            // Behind the name, which stands in brackets and may hold anything: the fields from the third on.
            var stat = File.ReadAllText($"/proc/{_process.Id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return TimeSpan.FromSeconds(fields[11..15].Sum(ticks => long.Parse(ticks, CultureInfo.InvariantCulture)) / TicksPerSecond);
        }
    }

    /// <summary>Largest resident set so far, in bytes.</summary>
    public long PeakMemory => Field(_process.Id, "status", "VmHWM:") * 1024;

    /// <summary>Resident set now, in bytes, and those of its children.</summary>
    public long Memory => MemoryOf(_process.Id);

    /// <summary>Bytes that it has read and written, files and sockets alike.</summary>
    public (long Read, long Written) Io => (Field(_process.Id, "io", "rchar:"), Field(_process.Id, "io", "wchar:"));

    /// <exception cref="InvalidOperationException">It ended with another exit code than 0.</exception>
    public void WaitForExit()
    {
        _process.WaitForExit();
        if (_process.ExitCode != 0)
            throw new InvalidOperationException($"'{_process.StartInfo.FileName}' ended with {_process.ExitCode}.");
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private static long MemoryOf(int id) => (Field(id, "status", "VmRSS:") * 1024) + File.ReadAllText($"/proc/{id}/task/{id}/children")
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Sum(child => MemoryOf(int.Parse(child, CultureInfo.InvariantCulture)));

    private static long Field(int id, string file, string name) => File.ReadLines($"/proc/{id}/{file}")
        .Where(line => line.StartsWith(name, StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture))
        .Single();
}
