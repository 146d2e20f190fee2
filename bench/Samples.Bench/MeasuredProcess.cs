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
    public long PeakMemory => Field("status", "VmHWM:") * 1024;

    /// <summary>Resident set now, in bytes.</summary>
    public long Memory => Field("status", "VmRSS:") * 1024;

    /// <summary>Bytes that it has read and written, files and sockets alike.</summary>
    public (long Read, long Written) Io => (Field("io", "rchar:"), Field("io", "wchar:"));

    public bool HasExited => _process.HasExited;

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private long Field(string file, string name) => File.ReadLines($"/proc/{_process.Id}/{file}")
        .Where(line => line.StartsWith(name, StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture))
        .Single();
}
