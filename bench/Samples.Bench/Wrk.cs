using System.Globalization;
using System.Text.RegularExpressions;
using CliWrap;
using CliWrap.Buffered;

namespace Samples.Bench;

/// <summary>One run of wrk(1), and what it says.</summary>
/// <param name="Requests">That were answered.</param>
/// <param name="PerSecond">Requests.</param>
/// <param name="Errors">Of sockets, and answers other than 2xx and 3xx.</param>
/// <param name="BytesPerRequest">On the wire, heads included.</param>
/// <param name="Latencies">In milliseconds by percentile: 50, 99, 99.9.</param>
public sealed partial record Wrk(long Requests, double PerSecond, long Errors, double BytesPerRequest, IReadOnlyDictionary<double, double> Latencies)
{
    /// <summary>--latency ends at 99 %.</summary>
    private const string Done = "\ndone = function(summary, latency) io.write(string.format(' 99.9%% %dus\\n', latency:percentile(99.9))) end\n";

    /// <param name="processor">The one that wrk may use.</param>
    /// <param name="script">Lua for it.</param>
    public static async Task<Wrk> RunAsync(int processor, int connections, TimeSpan duration, Uri url, string script = "", params string[] headers)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, script + Done);
        string[] args =
        [
            "--cpu-list", $"{processor}", "wrk", "--threads", "1", "--connections", $"{connections}", "--duration", $"{duration.TotalSeconds:0}s", "--timeout", "10s", "--latency",
            .. headers.SelectMany(header => (string[])["--header", header]), "--script", file, url.ToString(),
        ];
        var text = (await Cli.Wrap("taskset").WithArguments(args).ExecuteBufferedAsync()).StandardOutput;
        File.Delete(file);
        var total = Total().Match(text);
        var requests = long.Parse(total.Groups["requests"].Value, CultureInfo.InvariantCulture);
        var errors = Failures().Matches(text).Sum(match => match.Groups["count"].Captures.Sum(count => long.Parse(count.Value, CultureInfo.InvariantCulture)));
        return new Wrk(
            requests,
            double.Parse(Rate().Match(text).Groups["rate"].Value, CultureInfo.InvariantCulture),
            errors,
            requests == 0 ? 0 : Scaled(total.Groups["read"].Value) / requests,
            Percentile().Matches(text).ToDictionary(
                match => double.Parse(match.Groups["percent"].Value, CultureInfo.InvariantCulture),
                match => Milliseconds(match.Groups["time"].Value)));
    }

    private static double Milliseconds(string time) => time switch
    {
        [.. var number, 'u', 's'] => double.Parse(number, CultureInfo.InvariantCulture) / 1000,
        [.. var number, 'm', 's'] => double.Parse(number, CultureInfo.InvariantCulture),
        [.. var number, 's'] => double.Parse(number, CultureInfo.InvariantCulture) * 1000,
        _ => throw new FormatException($"wrk says '{time}' for a time."),
    };

    private static double Scaled(string size)
    {
        var unit = "KMGT".IndexOf(size[^2], StringComparison.Ordinal) + 1;
        return double.Parse(size[..^(unit > 0 ? 2 : 1)], CultureInfo.InvariantCulture) * Math.Pow(1024, unit);
    }

    [GeneratedRegex(@"(?<requests>\d+) requests in \S+, (?<read>\S+) read")]
    private static partial Regex Total();

    [GeneratedRegex(@"Requests/sec:\s+(?<rate>\S+)")]
    private static partial Regex Rate();

    [GeneratedRegex(@"Non-2xx or 3xx responses: (?<count>\d+)|Socket errors: connect (?<count>\d+), read (?<count>\d+), write (?<count>\d+), timeout (?<count>\d+)")]
    private static partial Regex Failures();

    [GeneratedRegex(@"^\s+(?<percent>[\d.]+)%\s+(?<time>\S+)$", RegexOptions.Multiline)]
    private static partial Regex Percentile();
}
