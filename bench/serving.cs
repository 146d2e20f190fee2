#!/usr/bin/env dotnet
// The server beside nginx, on the same volume, in turn: one processor for the server, the other for the load. --short: one round of a second, on the console only.
#:project Samples.Bench/Samples.Bench.csproj
#:project ../src/Samples.SharedVolume/Samples.SharedVolume.csproj
#:property PublishAot=false

using System.Globalization;
using System.Text;
using Samples.Bench;
using Samples.SharedVolume;

const int ServerProcessor = 0, LoadProcessor = 1, Files = 1000;
var isShort = args.Contains("--short");
var only = args.FirstOrDefault(arg => !arg.StartsWith('-'));
var rounds = isShort ? 1 : 5;
var duration = TimeSpan.FromSeconds(isShort ? 1 : 3);

string[] words = ["release", "revision", "manifest", "publish", "retention", "probe", "upstream", "volume", "sidecar", "locker"];
var server = await Repository.PublishAsync("Samples.Server", "server");
using var folder = new Samples.Bench.Volume();
var data = Directory.CreateDirectory(folder["data"]).FullName;
Publish(0);
var random = $"request = function() return wrk.format(nil, '/many/' .. math.random(0, {Files - 1}) .. '.bin') end";

// Each of ours with the nginx that it stands beside: as the official image configures it, and tuned.
Arm[] logging = [Nginx("nginx", 18101, "access_log LOG combined;"), Ours("ours", 18102, true)];
Arm[] silent = [Nginx("nginx tuned", 18103, "access_log off; open_file_cache max=10000 inactive=60s; open_file_cache_valid 1s; keepalive_requests 1000000000;"), Ours("ours", 18104, false)];
Arm[] gzip = [Nginx("nginx gzip on", 18105, "access_log LOG combined; gzip on;"), logging[1]];
Arm[] gzipStatic = [Nginx("nginx gzip_static", 18106, "access_log off; open_file_cache max=10000 inactive=60s; open_file_cache_valid 1s; keepalive_requests 1000000000; gzip_static on; gzip_vary on;"), silent[1]];

Arm[] ordinary = [silent[0], Ours("ours, Server__FastPath=false", 18107, false, fastPath: false)];
Arm[] all = [.. logging, .. silent, gzip[0], gzipStatic[0], ordinary[1]];

var report = new Report(
    "serving", "work", "against", "requests/s, ours ÷ nginx", "bar", "CPU/request, ours ÷ nginx", "bar", "µs/request, ours", "p50 ms, ours (nginx)", "p99 ms", "p99.9 ms", "bytes/request, ours (nginx)", "errors, ours (nginx)");
report.Text("# Serving");
report.Text($"{await Repository.DescribeAsync(("nginx", "-v"), ("wrk", "--version"))} `dotnet run bench/serving.cs`: median (lowest–highest) of the ratios of {rounds} rounds, nginx and ours in turn, {duration.TotalSeconds:0} s each; one processor for the server, one for wrk; the volume in memory.");
try
{
    foreach (var arm in all)
        await arm.StartAsync(folder.Path, data, server);

    foreach (var (name, path, bar) in ((string, string, Bar)[])[
        ("1 KB", "1k.bin", new("≥ 1.2", "≤ 0.85")), ("10 KB", "10k.bin", new("≥ 1.2", "≤ 0.85")), ("100 KB", "100k.bin", new("≥ 1.0")), ("1 MB", "1m.bin", new("≥ 0.9"))])
    {
        await CompareAsync(name, logging, path, 64, bar);
        await CompareAsync(name, silent, path, 64, bar);
    }

    await CompareAsync("1 KB of 1,000 files at random", logging, "many/0.bin", 64, new("≥ 1.2", "≤ 0.85"), random);
    await CompareAsync("1 KB of 1,000 files at random", silent, "many/0.bin", 64, new("≥ 1.2", "≤ 0.85"), random);
    await CompareAsync("1 KB, 512 connections", silent, "1k.bin", 512, new());
    await CompareAsync("1 KB, the ordinary path", ordinary, "1k.bin", 64, new());
    await CompareAsync("100 KB of text, br and gzip accepted", gzip, "text.html", 64, new("≥ 10"), "", "Accept-Encoding: br, gzip");
    await CompareAsync("100 KB of text, br and gzip accepted", gzipStatic, "text.html", 64, new("≥ 1.0"), "", "Accept-Encoding: br, gzip");
    await CompareAsync("304", silent, "1k.bin", 64, new("≥ 1.2"), "", "REVALIDATE");
    await CompareAtHalfSaturationAsync();
    await CompareWithSwapsAsync();
    // Last: a hundred files in flight outweigh all else that is in memory.
    report.Text($"Peak RSS so far: ours {silent[1].Process!.PeakMemory / 1e6:0} MB, with the access log {logging[1].Process!.PeakMemory / 1e6:0} MB; nginx {silent[0].Process!.PeakMemory / 1e6:0} MB.");
    await CompareAsync("100 MB", logging, "100m.bin", 4, new("≥ 0.9"));
    await CompareAsync("100 MB", silent, "100m.bin", 4, new("≥ 0.9"));
    report.Text($"Peak RSS after 100 MB files: ours {silent[1].Process!.PeakMemory / 1e6:0} MB; nginx {silent[0].Process!.PeakMemory / 1e6:0} MB.");
}
finally
{
    foreach (var arm in all)
        arm.Process?.Dispose();
}

if (only is null && !isShort)
    report.Save();

async Task CompareAsync(string work, Arm[] arms, string path, int connections, Bar bar, string script = "", params string[] headers)
{
    if (only is not null && !work.Contains(only, StringComparison.Ordinal))
        return;
    var runs = arms.Select(_ => new List<Run>()).ToArray();
    foreach (var _ in Enumerable.Range(0, rounds))
    {
        for (var i = 0; i < arms.Length; i++)
            runs[i].Add(await RunAsync(arms[i], path, connections, script, headers));
    }

    Row(work, arms[0].Name + (arms == logging ? ", both logging" : arms == silent ? ", no log" : ""), bar, runs[0], runs[1]);
}

// As near to a constant rate as wrk comes: many connections, each of which waits before it asks again.
async Task CompareAtHalfSaturationAsync()
{
    const int Connections = 256;
    var saturated = await RunAsync(silent[0], "1k.bin", 64, "", []);
    var pause = (Connections / (saturated.Wrk.PerSecond / 2) * 1000).ToString(CultureInfo.InvariantCulture);
    var paced = $"function delay() local ms = {pause} * 2 * math.random(); return math.floor(ms + math.random()) end";
    await CompareAsync("1 KB, at half of what nginx can do", silent, "1k.bin", Connections, new("p99 ≤ nginx's"), paced);
}

async Task CompareWithSwapsAsync()
{
    if (only is not null)
        return;
    using var ended = new CancellationTokenSource();
    var swaps = Task.Run(async () =>
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        for (var number = 1; !ended.IsCancellationRequested; number++)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None);
            Publish(number);
        }
    });
    await CompareAsync("1 KB, a swap every second", silent, "1k.bin", 64, new("no errors"));
    await ended.CancelAsync();
    await swaps;
}

async Task<Run> RunAsync(Arm arm, string path, int connections, string script, string[] headers)
{
    var url = new Uri($"http://127.0.0.1:{arm.Port}/{path}");
    if (headers is ["REVALIDATE"])
        headers = [$"If-None-Match: {await EntityTagAsync(url)}"];
    var cpu = arm.Process!.Cpu;
    var wrk = await Wrk.RunAsync(LoadProcessor, connections, duration, url, script, headers);
    return new Run(wrk, (arm.Process.Cpu - cpu).TotalMicroseconds / Math.Max(1, wrk.Requests));
}

static async Task<string> EntityTagAsync(Uri url)
{
    using var http = new HttpClient();
    using var response = await http.GetAsync(url);
    return response.Headers.ETag!.ToString();
}

void Row(string work, string against, Bar bar, List<Run> nginx, List<Run> ours) => report.Row(
    work,
    against,
    Report.Spread(nginx.Zip(ours, (n, o) => o.Wrk.PerSecond / n.Wrk.PerSecond)),
    bar.Rate,
    Report.Spread(nginx.Zip(ours, (n, o) => o.Cpu / n.Cpu)),
    bar.Cpu,
    Report.Spread(ours.Select(run => run.Cpu), "0.0"),
    $"{Percentile(ours, 50)} ({Percentile(nginx, 50)})",
    $"{Percentile(ours, 99)} ({Percentile(nginx, 99)})",
    $"{Percentile(ours, 99.9)} ({Percentile(nginx, 99.9)})",
    $"{ours[0].Wrk.BytesPerRequest:0} ({nginx[0].Wrk.BytesPerRequest:0})",
    $"{ours.Sum(run => run.Wrk.Errors)} ({nginx.Sum(run => run.Wrk.Errors)})");

static string Percentile(List<Run> runs, double percent) => Report.Median(runs.Select(run => run.Wrk.Latencies.GetValueOrDefault(percent))).ToString("0.00", CultureInfo.InvariantCulture);

// A release of all that is asked for, and a file that tells it from the others.
void Publish(int number)
{
    using var writer = VolumeWriter.TryOpen(new Samples.SharedVolume.Volume(data), TimeProvider.System)!;
    using var staged = writer.Stage(new ContentLimits(1L << 30, 100_000, 256L << 20));
    foreach (var (path, size) in ((string, int)[])[("1k.bin", 1 << 10), ("10k.bin", 10 << 10), ("100k.bin", 100 << 10), ("1m.bin", 1 << 20), ("100m.bin", 100 << 20)])
        Add(path, size, () => RandomBytes(size));
    for (var i = 0; i < Files; i++)
        Add($"many/{i}.bin", 1 << 10, () => RandomBytes(1 << 10));
    Add("text.html", 100 << 10, () => Encoding.ASCII.GetBytes(string.Join(' ', new Random(20260102).GetItems(words, 20_000))[..(100 << 10)]));
    staged.Add("number.txt", new MemoryStream(Encoding.ASCII.GetBytes($"{number}")), DateTimeOffset.UtcNow, null, CancellationToken.None);
    writer.Publish(staged, new ReleaseSource("bench", "bench:", $"{number}"), CancellationToken.None);
    writer.Collect(new RetentionPolicy(3, TimeSpan.FromSeconds(10), null));

    static byte[] RandomBytes(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }

    // What the release before has is shared, so that a swap costs the measured programs nothing but the swap.
    void Add(string path, int size, Func<byte[]> make)
    {
        if (!staged.TryReuse(path, size, DateTimeOffset.UnixEpoch))
            staged.Add(path, new MemoryStream(make()), DateTimeOffset.UnixEpoch, size, CancellationToken.None);
    }
}

static Arm Nginx(string name, int port, string settings) => new(name, port, async (arm, folder, data, server) =>
{
    var configuration = Path.Combine(folder, $"nginx-{port}.conf");
    await File.WriteAllTextAsync(configuration, $$"""
        daemon off; master_process off; pid {{folder}}/nginx-{{port}}.pid; error_log {{folder}}/nginx-{{port}}.error crit;
        events { worker_connections 1024; }
        http {
          types { text/html html; application/octet-stream bin; }
          sendfile on; tcp_nopush on; keepalive_timeout 65; {{settings.Replace("LOG", $"{folder}/nginx-{port}.log", StringComparison.Ordinal)}}
          client_body_temp_path {{folder}}/body; fastcgi_temp_path {{folder}}/fastcgi; proxy_temp_path {{folder}}/proxy; uwsgi_temp_path {{folder}}/uwsgi; scgi_temp_path {{folder}}/scgi;
          server { listen 127.0.0.1:{{port}}; root {{data}}/current/www; }
        }
        """);
    return new MeasuredProcess(ServerProcessor, "nginx", ["-e", $"{folder}/nginx-{port}.error", "-c", configuration]);
});

static Arm Ours(string name, int port, bool log, bool fastPath = true) => new(name, port, (arm, folder, data, server) => Task.FromResult(
    // Its log goes where nginx's goes: to a file.
    new MeasuredProcess(ServerProcessor, "sh", ["-c", $"exec '{server}' > '{folder}/ours-{port}.log'"], new Dictionary<string, string>
    {
        ["SharedVolume__Path"] = data,
        ["Server__Url"] = $"http://127.0.0.1:{port}",
        ["Server__ManagementUrl"] = $"http://127.0.0.1:{port + 100}",
        ["Server__AccessLog"] = log ? "true" : "false",
        ["Server__FastPath"] = fastPath ? "true" : "false",
    })));

internal sealed record Run(Wrk Wrk, double Cpu);

internal sealed record Bar(string Rate = "", string Cpu = "");

internal sealed record Arm(string Name, int Port, Func<Arm, string, string, string, Task<MeasuredProcess>> Start)
{
    public MeasuredProcess? Process { get; private set; }

    public async Task StartAsync(string folder, string data, string server)
    {
        Process = await Start(this, folder, data, server);
        Probe.WaitFor(Port, "/1k.bin");
    }
}
