#!/usr/bin/env dotnet
// What a sync costs: the first publication, one changed file, nothing changed; from a folder and from Git; and how soon a change is served.
// --short: few files, two rounds, on the console only.
#:project Samples.Bench/Samples.Bench.csproj
#:property PublishAot=false

using System.Diagnostics;
using System.Text;
using Samples.Bench;

const int SidecarPort = 18082, ServerPort = 18080, GitPort = 18083;
var isShort = args.Contains("--short");
var (rounds, checks) = isShort ? (2, 3) : (11, 50);
(int Count, int Size, string Extension)[] contents = isShort ? [(200, 4, "bin"), (20, 20, "html")] : [(10_000, 4, "bin"), (1_000, 20, "html")];

var sidecar = await Repository.PublishAsync("Samples.Sidecar", "sidecar");
var server = await Repository.PublishAsync("Samples.Server", "server");
using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(5) };
var report = new Report("syncing", "what", "wall ms", "CPU ms", "read MB", "written MB", "peak RSS MB");
report.Text("# Syncing");
report.Text($"{await Repository.DescribeAsync(("git", "--version"), ("nginx", "-v"))} `dotnet run bench/syncing.cs`: median (lowest–highest) of {rounds} changes; {checks} checks; the volume in memory. `bin` is random bytes, `html` is text, which is published encoded too.");

foreach (var (count, size, extension) in contents)
{
    var what = $"{count:N0} × {size} KB {extension}";
    using (var volume = new Volume())
    {
        var folder = Directory.CreateDirectory(volume["source"]).FullName;
        Fill(folder, count, size * 1024, extension);
        await MeasureAsync($"folder, {what}", volume, folder, folder, () => Task.CompletedTask);
    }

    using (var volume = new Volume())
    {
        using var git = await GitServer.StartAsync(volume["git"], GitPort);
        Fill(git.WorkTree, count, size * 1024, extension);
        await git.CommitAsync();
        await MeasureAsync($"Git, {what}", volume, GitServer.Url(GitPort), git.WorkTree, git.CommitAsync);
    }
}

if (!isShort)
    report.Save();

async Task MeasureAsync(string what, Volume volume, string source, string content, Func<Task> commit)
{
    var data = Directory.CreateDirectory(volume["data"]).FullName;
    // It moves only when it is asked to.
    using var process = new MeasuredProcess(null, sidecar, [], new Dictionary<string, string>
    {
        ["Sidecar__Source"] = source,
        ["SharedVolume__Path"] = data,
        ["Sidecar__ManagementUrl"] = $"http://127.0.0.1:{SidecarPort}",
        ["Sidecar__Interval"] = "01:00:00",
        ["Sidecar__InitialDelay"] = "01:00:00",
    });
    await ReadyAsync($"http://127.0.0.1:{SidecarPort}/startupz");

    Row($"{what}: first publication", [await NudgeAsync(process)]);
    var one = await Volume.SizeOfAsync(Path.Combine(data, "releases"));
    await ChangeAsync(content, commit, "second");
    await NudgeAsync(process);
    await ChangeAsync(content, commit, "third");
    await NudgeAsync(process);
    var three = await Volume.SizeOfAsync(Path.Combine(data, "releases"));

    var changes = new List<Figures>();
    for (var round = 0; round < rounds; round++)
    {
        await ChangeAsync(content, commit, $"round {round}");
        changes.Add(await NudgeAsync(process));
    }

    Row($"{what}: one file changed", changes);
    Row($"{what}: nothing changed", [await NudgeAsync(process, checks)]);
    report.Row($"{what}: three releases ÷ one, bytes on disk", $"{(double)three / one:0.000}", "", "", "", "");
    report.Row($"{what}: change → first response with it", Report.Spread(await ServeAsync(data, content, commit), "0"), "", "", "", "");
}

// One nudge, or the mean of several in a row, which is what a clock of 10 ms can tell apart.
async Task<Figures> NudgeAsync(MeasuredProcess process, int times = 1)
{
    var (cpu, io, started) = (process.Cpu, process.Io, Stopwatch.GetTimestamp());
    for (var i = 0; i < times; i++)
    {
        using var response = await http.PostAsync($"http://127.0.0.1:{SidecarPort}/control/sync", null);
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException(await response.Content.ReadAsStringAsync());
    }

    var wall = Stopwatch.GetElapsedTime(started);
    var (read, written) = process.Io;
    return new Figures(wall / times, (process.Cpu - cpu) / times, (read - io.Read) / times, (written - io.Written) / times, process.PeakMemory);
}

// From the change, or its push, with a nudge right behind it, to the first response of the server that has it.
async Task<List<double>> ServeAsync(string data, string content, Func<Task> commit)
{
    using var process = new MeasuredProcess(null, server, [], new Dictionary<string, string>
    {
        ["SharedVolume__Path"] = data,
        ["Server__Url"] = $"http://127.0.0.1:{ServerPort}",
        ["Server__ManagementUrl"] = "http://127.0.0.1:18081",
    });
    await ReadyAsync("http://127.0.0.1:18081/readyz");
    var latencies = new List<double>();
    for (var round = 0; round < rounds; round++)
    {
        var text = $"served {round}";
        await ChangeAsync(content, commit, text);
        var started = Stopwatch.GetTimestamp();
        var nudge = http.PostAsync($"http://127.0.0.1:{SidecarPort}/control/sync", null);
        while (!(await http.GetStringAsync($"http://127.0.0.1:{ServerPort}/changed.txt")).Contains(text, StringComparison.Ordinal))
        {
        }

        latencies.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        (await nudge).Dispose();
    }

    return latencies;
}

async Task ReadyAsync(string url)
{
    for (var attempt = 0; attempt < 500; attempt++)
    {
        try
        {
            if ((await http.GetAsync(url)).IsSuccessStatusCode)
                return;
        }
        catch (HttpRequestException)
        {
            // Not yet.
        }

        await Task.Delay(10);
    }

    throw new TimeoutException($"{url} did not become ready.");
}

void Row(string what, IReadOnlyList<Figures> runs) => report.Row(
    what,
    Report.Spread(runs.Select(run => run.Wall.TotalMilliseconds), "0"),
    Report.Spread(runs.Select(run => run.Cpu.TotalMilliseconds), "0.#"),
    Report.Spread(runs.Select(run => run.Read / 1e6), "0.0"),
    Report.Spread(runs.Select(run => run.Written / 1e6), "0.0"),
    $"{runs.Max(run => run.Peak) / 1e6:0}");

static async Task ChangeAsync(string folder, Func<Task> commit, string text)
{
    await File.WriteAllTextAsync(Path.Combine(folder, "changed.txt"), text);
    await commit();
}

static void Fill(string folder, int count, int size, string extension)
{
    var random = new Random(20260102);
    string[] words = ["release", "revision", "manifest", "publish", "retention", "probe", "upstream", "volume", "sidecar", "locker"];
    File.WriteAllText(Path.Combine(folder, "changed.txt"), "first");
    for (var i = 0; i < count; i++)
    {
        var bytes = new byte[size];
        if (extension == "bin")
            random.NextBytes(bytes);
        else
            Encoding.ASCII.GetBytes(string.Join(' ', random.GetItems(words, size / 5)).PadRight(size).AsSpan(0, size), bytes);
        var path = Path.Combine(folder, $"{i / 100}", $"file-{i}.{extension}");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }
}

internal sealed record Figures(TimeSpan Wall, TimeSpan Cpu, long Read, long Written, long Peak);
