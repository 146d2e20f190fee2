using System.Collections.Concurrent;
using System.Text;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests;

public sealed class TelemetryTests
{
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
