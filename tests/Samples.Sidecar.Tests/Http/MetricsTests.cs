using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Http;

/// <summary>Alone, since the exporter hears all meters of one name in the process.</summary>
[CollectionDefinition(nameof(MetricsTests), DisableParallelization = true)]
[Collection(nameof(MetricsTests))]
public sealed class MetricsTests
{
    [Fact]
    public async Task Metrics_HaveTheNamesThatDashboardsUse()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(Tar.Of(("index.html", "hello"), ("style.css", "body { }")), "\"1\"");
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"), null, clock);
        server.Serve(Tar.Of(("index.html", "hello"), ("style.css", "BODY { }")), "\"2\"");
        await sidecar.SyncAsync();
        await sidecar.SyncAsync();
        server.Serve(Tar.OfBlocks(Tar.Entry("null", '3')), "\"3\"");
        await sidecar.SyncAsync();

        var metrics = await sidecar.GetAsync("/metrics");

        Assert.Equal(2, Value(metrics, "sidecar_syncs_total", "result=\"published\""));
        Assert.Equal(1, Value(metrics, "sidecar_syncs_total", "result=\"unchanged\""));
        Assert.Equal(1, Value(metrics, "sidecar_syncs_total", "result=\"rejected\""));
        Assert.Equal(1, Value(metrics, "sidecar_rejections_total", "reason=\"special_file\""));
        Assert.Equal(2, Value(metrics, "sidecar_sync_duration_seconds_count", "result=\"published\""));
        Assert.Equal(21, Value(metrics, "sidecar_fetched_bytes_total"));
        Assert.Equal(5, Value(metrics, "sidecar_reused_bytes_total"));
        Assert.Equal(1, Value(metrics, "sidecar_consecutive_failures"));
        Assert.Equal(clock.GetUtcNow().ToUnixTimeSeconds(), Value(metrics, "sidecar_last_success_timestamp_seconds"));
    }

    /// <summary>Of the one series with that name and label.</summary>
    private static double Value(string metrics, string name, string label = "")
    {
        var line = metrics.Split('\n').Single(l => l.StartsWith(name, StringComparison.Ordinal) && l.Contains(label, StringComparison.Ordinal));
        return double.Parse(line.Split("} ")[1].Split(' ')[0], CultureInfo.InvariantCulture);
    }
}
