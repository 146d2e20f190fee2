using System.Collections.Concurrent;
using System.IO.Compression;
using CliWrap;
using Samples.SharedVolume;

namespace Samples.Pod.Tests;

/// <summary>Any plain reader works on the volume: nginx in the server's place, its gzip_static included.</summary>
public sealed class NginxTests : IAsyncDisposable
{
    private const int Swaps = 100;

    private readonly TemporaryFolder _folder = new();
    private readonly int _port = PodOnLoopback.FreePorts(1)[0];
    private readonly CancellationTokenSource _stop = new();
    private Task? _nginx;

    [Fact]
    public async Task Nginx_ServesEveryReleaseWithoutAnError_ThroughSwaps()
    {
        Needs.Program("nginx");
        Directory.CreateDirectory(_folder["data"]);
        using var writer = VolumeWriter.TryOpen(new Volume(_folder["data"]), TimeProvider.System)!;
        Publish(writer, 0);
        await StartNginxAsync();
        var (seen, answers, errors) = (0, 0, new ConcurrentQueue<string>());

        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            using var client = new HttpClient();
            while (!done.IsCancellationRequested)
            {
                var (problem, number) = await ReadAsync(client);
                if (problem is not null)
                    errors.Enqueue(problem);
                Interlocked.Increment(ref answers);
                Volatile.Write(ref seen, Math.Max(Volatile.Read(ref seen), number));
            }
        })).ToArray();
        for (var number = 1; number <= Swaps; number++)
        {
            Publish(writer, number);
            writer.Collect(new RetentionPolicy(3, TimeSpan.FromMinutes(1), null));
            var before = Volatile.Read(ref answers);
            await Eventually.TrueAsync(() => Volatile.Read(ref answers) > before, "an answer of nginx");
        }

        await Eventually.TrueAsync(() => Volatile.Read(ref seen) == Swaps, "the last release");
        await done.CancelAsync();
        await Task.WhenAll(readers);
        Assert.Empty(errors);
        Assert.DoesNotContain("[error]", File.ReadAllText(_folder["error.log"]), StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_nginx is not null)
            await _nginx.ContinueWith(_ => { }, TaskScheduler.Default);
        _stop.Dispose();
        _folder.Dispose();
    }

    private static void Publish(VolumeWriter writer, int number)
    {
        using var staged = writer.Stage(ContentLimits.Default);
        var text = string.Concat(Enumerable.Repeat($"<p>release {number}</p>\n", 100));
        using var page = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));
        staged.Add("index.html", page, DateTimeOffset.UtcNow, page.Length, CancellationToken.None);
        writer.Publish(staged, new ReleaseSource("test", "test:", null), CancellationToken.None);
    }

    private async Task<(string? Problem, int Number)> ReadAsync(HttpClient client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://127.0.0.1:{_port}/index.html")) { Headers = { { "Accept-Encoding", "gzip" } } };
        using var response = await client.SendAsync(request);
        if (!response.IsSuccessStatusCode || !response.Content.Headers.ContentEncoding.Contains("gzip"))
            return ($"{(int)response.StatusCode}, encoding '{response.Content.Headers.ContentEncoding}'", -1);

        using var reader = new StreamReader(new GZipStream(await response.Content.ReadAsStreamAsync(), CompressionMode.Decompress));
        var lines = (await reader.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Length == 100 && lines.Distinct().Count() == 1
            ? (null, int.Parse(lines[0]["<p>release ".Length..^"</p>".Length], System.Globalization.CultureInfo.InvariantCulture))
            : ($"torn: {lines.Length} lines, {string.Join(' ', lines.Distinct())}", -1);
    }

    private async Task StartNginxAsync()
    {
        var configuration = _folder.Write("nginx.conf", $$"""
            daemon off; master_process off; pid {{_folder["nginx.pid"]}}; error_log {{_folder["error.log"]}};
            events {}
            http {
              access_log off;
              client_body_temp_path {{_folder["body"]}}; proxy_temp_path {{_folder["proxy"]}}; fastcgi_temp_path {{_folder["fastcgi"]}};
              uwsgi_temp_path {{_folder["uwsgi"]}}; scgi_temp_path {{_folder["scgi"]}};
              server { listen 127.0.0.1:{{_port}}; root {{_folder["data"]}}/current/www; gzip_static on; }
            }
            """);
        _nginx = Cli.Wrap("nginx").WithArguments(["-e", _folder["error.log"], "-c", configuration]).ExecuteAsync(_stop.Token).Task;
        using var client = new HttpClient();
        await Eventually.GetAsync(async () =>
        {
            try
            {
                return await client.GetStringAsync(new Uri($"http://127.0.0.1:{_port}/"));
            }
            catch (HttpRequestException) when (!_nginx.IsCompleted)
            {
                return null;
            }
        }, "nginx");
    }
}
