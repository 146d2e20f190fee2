#!/usr/bin/env dotnet
// How long each program takes from exec to ready, and how much memory it has then. --short: one round.
#:project Samples.Bench/Samples.Bench.csproj
#:property PublishAot=false

using System.Diagnostics;
using Samples.Bench;

const int Files = 100, ServerPort = 18080, ServerManagementPort = 18081, SidecarPort = 18082;
var rounds = args.Contains("--short") ? 1 : 21;

var init = await Repository.PublishAsync("Samples.Init", "init");
var sidecar = await Repository.PublishAsync("Samples.Sidecar", "sidecar");
var server = await Repository.PublishAsync("Samples.Server", "server");
var report = new Report("starting", "what", "ms", "RSS MB", "binary MB");
report.Text("# Starting");
report.Text($"{await Repository.DescribeAsync()} `dotnet run bench/starting.cs`: median (lowest–highest) of {rounds} rounds, the three in turn; from exec to the first 200 of its probe, or to its end; the volume in memory.");

using var volume = new Volume();
var content = Directory.CreateDirectory(volume["content"]).FullName;
for (var i = 0; i < Files; i++)
    File.WriteAllText(Path.Combine(content, $"page-{i}.html"), string.Concat(Enumerable.Repeat($"<p>Page {i}</p>\n", 300)));
var data = Directory.CreateDirectory(volume["data"]).FullName;
RunToEnd(init, new() { ["SharedVolume__Path"] = data, ["Init__ContentPath"] = content });

List<double> initTimes = [], sidecarTimes = [], serverTimes = [], sidecarMemory = [], serverMemory = [];
for (var round = 0; round < rounds; round++)
{
    var empty = Directory.CreateDirectory(volume[$"empty-{round}"]).FullName;
    initTimes.Add(RunToEnd(init, new() { ["SharedVolume__Path"] = empty }).TotalMilliseconds);
    Start(sidecar, SidecarPort, "/startupz", sidecarTimes, sidecarMemory, new()
    {
        ["SharedVolume__Path"] = empty,
        ["Sidecar__Source"] = content,
        ["Sidecar__InitialDelay"] = "01:00:00",
        ["Sidecar__ManagementUrl"] = $"http://127.0.0.1:{SidecarPort}",
    });
    Start(server, ServerManagementPort, "/readyz", serverTimes, serverMemory, new()
    {
        ["SharedVolume__Path"] = data,
        ["Server__Url"] = $"http://127.0.0.1:{ServerPort}",
        ["Server__ManagementUrl"] = $"http://127.0.0.1:{ServerManagementPort}",
    });
}

report.Row("init: the whole run", Report.Spread(initTimes, "0"), "", SizeOf(init));
report.Row("sidecar: ready", Report.Spread(sidecarTimes, "0"), Report.Spread(sidecarMemory, "0"), SizeOf(sidecar));
report.Row($"server: ready with {Files} files", Report.Spread(serverTimes, "0"), Report.Spread(serverMemory, "0"), SizeOf(server));
report.Save();

static void Start(string program, int port, string probe, List<double> times, List<double> memory, Dictionary<string, string> environment)
{
    var started = Stopwatch.GetTimestamp();
    using var process = new MeasuredProcess(null, program, [], environment);
    Probe.WaitFor(port, probe);
    times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    memory.Add(process.Memory / 1e6);
}

static TimeSpan RunToEnd(string program, Dictionary<string, string> environment)
{
    var started = Stopwatch.GetTimestamp();
    using var process = new MeasuredProcess(null, program, [], environment);
    process.WaitForExit();
    return Stopwatch.GetElapsedTime(started);
}

static string SizeOf(string binary) => $"{new FileInfo(binary).Length / 1e6:0.0}";
