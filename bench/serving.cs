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
File.WriteAllText(folder["random.lua"], $"request = function() return wrk.format(nil, '/many/' .. math.random(0, {Files - 1}) .. '.bin') end\n");

// Each of ours with the nginx that it stands beside: as the official image configures it, and tuned.
Arm[] logging = [Nginx("nginx", 18101, "access_log LOG combined;"), Ours("ours", 18102, true)];
Arm[] silent = [Nginx("nginx tuned", 18103, "access_log off; open_file_cache max=10000 inactive=60s; open_file_cache_valid 1s; keepalive_requests 1000000000;"), Ours("ours", 18104, false)];
Arm[] gzip = [Nginx("nginx gzip on", 18105, "access_log LOG combined; gzip on;"), logging[1]];
Arm[] gzipStatic = [Nginx("nginx gzip_static", 18106, "access_log off; open_file_cache max=10000 inactive=60s; open_file_cache_valid 1s; keepalive_requests 1000000000; gzip_static on; gzip_vary on;"), silent[1]];

var report = new Report("serving", "work", "against", "requests/s, ours ÷ nginx", "CPU/request, ours ÷ nginx", "µs/request, ours", "p99 ms, ours (nginx)", "errors, ours (nginx)");
report.Text("# Serving");
report.Text($"{await Repository.DescribeAsync(("nginx", "-v"), ("wrk", "--version"))} `dotnet run bench/serving.cs`: median (lowest–highest) of the ratios of {rounds} rounds, nginx and ours in turn, {duration.TotalSeconds:0} s each; one processor for the server, one for wrk; the volume in memory.");
try
{
    foreach (var arm in logging.Concat(silent).Append(gzip[0]).Append(gzipStatic[0]))
        await arm.StartAsync(folder.Path, data, server);

    foreach (var (name, path) in ((string, string)[])[("1 KB", "1k.bin"), ("10 KB", "10k.bin"), ("100 KB", "100k.bin"), ("1 MB", "1m.bin"), ("100 MB", "100m.bin")])
    {
        await CompareAsync(name, logging, path, path == "100m.bin" ? 4 : 64);
        await CompareAsync(name, silent, path, path == "100m.bin" ? 4 : 64);
    }

    await CompareAsync("1 KB of 1,000 files at random", logging, "many/0.bin", 64, folder["random.lua"]);
    await CompareAsync("1 KB of 1,000 files at random", silent, "many/0.bin", 64, folder["random.lua"]);
    await CompareAsync("1 KB, 512 connections", silent, "1k.bin", 512);
    await CompareAsync("100 KB of text, br and gzip accepted", gzip, "text.html", 64, null, "Accept-Encoding: br, gzip");
    await CompareAsync("100 KB of text, br and gzip accepted", gzipStatic, "text.html", 64, null, "Accept-Encoding: br, gzip");
    await CompareAsync("304", silent, "1k.bin", 64, null, "REVALIDATE");
    await CompareWithSwapsAsync();
    report.Text($"Peak RSS: ours {silent[1].Process!.PeakMemory / 1e6:0} MB, with the access log {logging[1].Process!.PeakMemory / 1e6:0} MB; nginx {silent[0].Process!.PeakMemory / 1e6:0} MB.");
}
finally
{
    foreach (var arm in logging.Concat(silent).Append(gzip[0]).Append(gzipStatic[0]))
        arm.Process?.Dispose();
}

if (only is null && !isShort)
    report.Save();

async Task CompareAsync(string work, Arm[] arms, string path, int connections, string? script = null, params string[] headers)
{
    if (only is not null && !work.Contains(only, StringComparison.Ordinal))
        return;
    var runs = arms.Select(_ => new List<Run>()).ToArray();
    foreach (var _ in Enumerable.Range(0, rounds))
    {
        for (var i = 0; i < arms.Length; i++)
            runs[i].Add(await RunAsync(arms[i], path, connections, script, headers));
    }

    Row(work, arms[0].Name + (arms == logging ? ", both logging" : arms == silent ? ", no log" : ""), runs[0], runs[1]);
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
    await CompareAsync("1 KB, a swap every second", silent, "1k.bin", 64);
    await ended.CancelAsync();
    await swaps;
}

async Task<Run> RunAsync(Arm arm, string path, int connections, string? script, string[] headers)
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

void Row(string work, string against, List<Run> nginx, List<Run> ours) => report.Row(
    work,
    against,
    Report.Spread(nginx.Zip(ours, (n, o) => o.Wrk.PerSecond / n.Wrk.PerSecond)),
    Report.Spread(nginx.Zip(ours, (n, o) => o.Cpu / n.Cpu)),
    Report.Spread(ours.Select(run => run.Cpu), "0.0"),
    $"{P99(ours)} ({P99(nginx)})",
    $"{ours.Sum(run => run.Wrk.Errors)} ({nginx.Sum(run => run.Wrk.Errors)})");

static string P99(List<Run> runs) => Report.Median(runs.Select(run => run.Wrk.Latencies.GetValueOrDefault(99))).ToString("0.00", CultureInfo.InvariantCulture);

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

static Arm Ours(string name, int port, bool log) => new(name, port, (arm, folder, data, server) => Task.FromResult(
    // Its log goes where nginx's goes: to a file.
    new MeasuredProcess(ServerProcessor, "sh", ["-c", $"exec '{server}' > '{folder}/ours-{port}.log'"], new Dictionary<string, string>
    {
        ["SharedVolume__Path"] = data,
        ["Server__Url"] = $"http://127.0.0.1:{port}",
        ["Server__ManagementUrl"] = $"http://127.0.0.1:{port + 100}",
        ["Server__AccessLog"] = log ? "true" : "false",
    })));

internal sealed record Run(Wrk Wrk, double Cpu);

internal sealed record Arm(string Name, int Port, Func<Arm, string, string, string, Task<MeasuredProcess>> Start)
{
    public MeasuredProcess? Process { get; private set; }

    public async Task StartAsync(string folder, string data, string server)
    {
        Process = await Start(this, folder, data, server);
        Probe.WaitFor(Port, "/1k.bin");
    }
}
