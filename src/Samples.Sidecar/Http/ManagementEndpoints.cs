using Microsoft.Extensions.Options;
using Samples.Hosting;
using Samples.SharedVolume;
using Samples.Sidecar.Sync;

namespace Samples.Sidecar.Http;

/// <summary>What the sidecar tells on its management port: probes, metrics and its status.</summary>
internal static class ManagementEndpoints
{
    public static void MapManagement(this WebApplication app)
    {
        app.MapGet("/healthz", (SyncLoop loop) => loop.IsAlive ? Results.Text("alive\n") : Unavailable("the sync loop hangs"));
        app.MapGet("/startupz", (SyncLoop loop) => loop.HasVolume ? Results.Text("started\n") : Unavailable("the volume is not usable yet"));
        app.MapGet("/readyz", IsReady);
        app.MapGet("/status", (StatusBoard board) => Results.Json(board.Current, SidecarJson.Default.SidecarStatus));
        app.MapGet("/events", StatusEvents.WriteAsync);
        app.MapPrometheusScrapingEndpoint("/metrics");
    }

    private static IResult IsReady(IOptions<SharedVolumeOptions> volumeOptions, IOptions<SidecarOptions> options, SyncLoop loop, Freshness freshness)
    {
        var volume = new Volume(volumeOptions.Value.Path);
        if (volume.ReadCurrentId() is not { } id || !File.Exists(Path.Combine(volume.DirectoryOf(id), Release.ManifestName)))
            return Unavailable("there is no current release");

        // A standby knows of the writer's syncs from the volume only.
        if (!loop.IsWriter)
            freshness.Recall(volume.ReadSyncedAt());
        return freshness.Age is var age && age > options.Value.MaxStaleness
            ? Unavailable($"the last sync that succeeded was {age:c} ago, longer than Sidecar__MaxStaleness, {options.Value.MaxStaleness}")
            : Results.Text($"ready {id}\n");
    }

    private static IResult Unavailable(string reason) => Results.Text(reason + "\n", statusCode: StatusCodes.Status503ServiceUnavailable);
}
