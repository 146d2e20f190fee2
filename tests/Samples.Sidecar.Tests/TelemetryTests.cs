using System.Collections.Concurrent;
using System.Text;
using Samples.SharedVolume;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests;

public sealed class TelemetryTests
{
    [Fact]
    public async Task Metrics_TellWhatTheVolumeHolds_AndHowOldThatIs()
    {
        using var volume = new TemporaryFolder();
        using var source = new TemporaryFolder();
        source.Write("index.html", "one");
        source.Write("same.txt", "same");
        await using var sidecar = SidecarProcess.StartLoop(source.Path, volume.Path);
        await sidecar.LineAsync("Published release");
        var one = new Volume(volume.Path).ReadCurrentId();
        source.Write("index.html", "two!");
        await sidecar.SignalAsync("HUP");
        await sidecar.LineAsync($"in place of {one}");
        using var http = new HttpClient { BaseAddress = new Uri(await sidecar.UrlAsync()) };

        var metrics = await Eventually.GetAsync(
            async () => await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken) is var text
                && text.Contains("sidecar_retained_bytes{otel_scope_name=\"Samples.Sidecar\"} 3\n", StringComparison.Ordinal) ? text : null,
            "the bytes of the file that only the first release has");

        Assert.Contains($"sidecar_release_info{{otel_scope_name=\"Samples.Sidecar\",release=\"{new Volume(volume.Path).ReadCurrentId()}\",source_kind=\"directory\"}} 1\n", metrics, StringComparison.Ordinal);
        Assert.Matches("(?m)^sidecar_last_success_age_seconds\\{[^}]*\\} [0-9.E-]+$", metrics);
        Assert.Contains("sidecar_consecutive_failures{otel_scope_name=\"Samples.Sidecar\"} 0\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Traces_AreSentByOtlp_WhenTheStandardsVariableSaysWhereTo()
    {
        using var volume = new TemporaryFolder();
        using var source = new TemporaryFolder();
        source.Write("index.html", "hello");
        var received = new ConcurrentQueue<(string Path, string? Type, string Body)>();
        await using var collector = await ArchiveServer.StartAsync();
        collector.Answer = async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            received.Enqueue((context.Request.Path, context.Request.ContentType, Encoding.Latin1.GetString(body.ToArray())));
        };

        await using var sidecar = SidecarProcess.Start(
            [$"--Sidecar:Source={source.Path}", $"--SharedVolume:Path={volume.Path}", "--Sidecar:ManagementUrl=http://127.0.0.1:0", "--Logging:Format=text"],
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Url("")), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_BSP_SCHEDULE_DELAY", "100"),
            ("OTEL_RESOURCE_ATTRIBUTES", "k8s.pod.name=comic-0"));
        await sidecar.LineAsync("Published release");

        // Names and attributes stand in protobuf as they are.
        string[] expected = ["check", "stage", "publish", "sync.result", "Published", "service.name", "k8s.pod.name", "comic-0"];
        await Eventually.TrueAsync(() => expected.All(word => received.Any(r => r.Body.Contains(word, StringComparison.Ordinal))), "the spans");
        Assert.All(received, request => Assert.Equal(("/v1/traces", "application/x-protobuf"), (request.Path, request.Type)));
    }
}
