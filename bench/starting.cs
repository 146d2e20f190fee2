#!/usr/bin/env dotnet
// How long each program takes from exec to ready, how much memory it has then, and how large it is; nginx beside them. --short: one round, on the console only.
#:project Samples.Bench/Samples.Bench.csproj
#:property PublishAot=false

using System.Diagnostics;
using Samples.Bench;

const int Files = 100, ServerPort = 18080, ServerManagementPort = 18081, SidecarPort = 18082, NginxPort = 18084;
var isShort = args.Contains("--short");
var rounds = isShort ? 1 : 21;

var init = await Repository.PublishAsync("Samples.Init", "init");
var sidecar = await Repository.PublishAsync("Samples.Sidecar", "sidecar");
var server = await Repository.PublishAsync("Samples.Server", "server");
var report = new Report("starting", "what", "figure", "bar");
report.Text("# Starting");
report.Text($"{await Repository.DescribeAsync(("nginx", "-v"))} `dotnet run bench/starting.cs`: median (lowest–highest) of {rounds} rounds, the four in turn; from exec to the first 200 of its probe, for nginx of a file, or to its end; the volume in memory. RSS when ready, nginx's of master and worker. MB are millions of bytes.");

using var volume = new Volume();
var content = Directory.CreateDirectory(volume["content"]).FullName;
for (var i = 0; i < Files; i++)
    File.WriteAllText(Path.Combine(content, $"page-{i}.html"), string.Concat(Enumerable.Repeat($"<p>Page {i}</p>\n", 300)));
var data = Directory.CreateDirectory(volume["data"]).FullName;
RunToEnd(init, new() { ["SharedVolume__Path"] = data, ["Init__ContentPath"] = content });
var configuration = volume["nginx.conf"];
File.WriteAllText(configuration, $$"""
    daemon off; worker_processes 1; user root; pid {{volume["pid"]}}; error_log {{volume["error.log"]}} crit;
    events {}
    http {
      access_log off; client_body_temp_path {{volume["body"]}}; fastcgi_temp_path {{volume["fastcgi"]}}; proxy_temp_path {{volume["proxy"]}}; uwsgi_temp_path {{volume["uwsgi"]}}; scgi_temp_path {{volume["scgi"]}};
      server { listen 127.0.0.1:{{NginxPort}}; root {{data}}/current/www; }
    }
    """);

List<double> initTimes = [];
var (sidecarFigures, serverFigures, nginxFigures) = (new Figures([], []), new Figures([], []), new Figures([], []));
for (var round = 0; round < rounds; round++)
{
    var empty = Directory.CreateDirectory(volume[$"empty-{round}"]).FullName;
    initTimes.Add(RunToEnd(init, new() { ["SharedVolume__Path"] = empty }).TotalMilliseconds);
    Start(sidecarFigures, SidecarPort, "/startupz", sidecar, [], new()
    {
        ["SharedVolume__Path"] = empty,
        ["Sidecar__Source"] = content,
        ["Sidecar__InitialDelay"] = "01:00:00",
        ["Sidecar__ManagementUrl"] = $"http://127.0.0.1:{SidecarPort}",
    });
    Start(serverFigures, ServerManagementPort, "/readyz", server, [], new()
    {
        ["SharedVolume__Path"] = data,
        ["Server__Url"] = $"http://127.0.0.1:{ServerPort}",
        ["Server__ManagementUrl"] = $"http://127.0.0.1:{ServerManagementPort}",
    });
    Start(nginxFigures, NginxPort, "/page-0.html", "nginx", ["-e", volume["error.log"], "-c", configuration], []);
}

report.Row("init: the whole run, ms", Report.Spread(initTimes, "0"), "≤ 60");
Ready("sidecar", sidecarFigures, "≤ 60", "≤ 36");
Ready($"server with {Files} files", serverFigures, "≤ 90", "≤ 48");
Ready("nginx, the same files", nginxFigures, "", "");
report.Row("init: binary, MB", SizeOf(init), "");
report.Row("sidecar: binary, MB", SizeOf(sidecar), "≤ 20");
report.Row("sidecar: libgit2 beside it, MB", SizeOf(Directory.GetFiles(Path.GetDirectoryName(sidecar)!, "libgit2-*").Single()), "");
report.Row("server: binary, MB", SizeOf(server), "≤ 24");

if (await ContainerImage.CanBuildAsync())
{
    foreach (var image in await ContainerImage.BuildAsync())
        report.Row($"image {image.Name}: layers above the base, and in all, MB", $"{Megabytes(image.OwnSize)}, {Megabytes(image.Size)}", "");
    if (!await ContainerImage.HasGenuineBaseAsync())
        report.Text($"\nIn place of {ContainerImage.Base} stood an image made on this machine: of the sizes in all, take those above the base only.");
}
else
{
    report.Text("\nImages were not measured: no container engine with Compose answers.");
}

if (!isShort)
    report.Save();

void Ready(string what, Figures figures, string timeBar, string memoryBar)
{
    report.Row($"{what}: ready, ms", Report.Spread(figures.Times, "0"), timeBar);
    report.Row($"{what}: RSS, MB", Report.Spread(figures.Memory, "0.0"), memoryBar);
}

static void Start(Figures figures, int port, string probe, string program, string[] args, Dictionary<string, string> environment)
{
    var started = Stopwatch.GetTimestamp();
    using var process = new MeasuredProcess(null, program, args, environment);
    Probe.WaitFor(port, probe);
    figures.Times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    figures.Memory.Add(process.Memory / 1e6);
}

static TimeSpan RunToEnd(string program, Dictionary<string, string> environment)
{
    var started = Stopwatch.GetTimestamp();
    using var process = new MeasuredProcess(null, program, [], environment);
    process.WaitForExit();
    return Stopwatch.GetElapsedTime(started);
}

static string SizeOf(string binary) => Megabytes(new FileInfo(binary).Length);

static string Megabytes(long bytes) => $"{bytes / 1e6:0.0}";

internal sealed record Figures(List<double> Times, List<double> Memory);
