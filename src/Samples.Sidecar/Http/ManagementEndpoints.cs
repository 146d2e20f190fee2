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
        app.MapGet("/readyz", (IOptions<SharedVolumeOptions> volume, IOptions<SidecarOptions> options, Freshness freshness) =>
            IsReady(new Volume(volume.Value.Path)) is not { } id ? Unavailable("there is no current release")
            : freshness.Age > options.Value.MaxStaleness ? Unavailable($"the last sync that succeeded was {freshness.Age:c} ago, longer than Sidecar__MaxStaleness, {options.Value.MaxStaleness}")
            : Results.Text($"ready {id}\n"));
        app.MapGet("/status", (StatusBoard board) => Results.Json(board.Current, SidecarJson.Default.SidecarStatus));
        app.MapGet("/events", StatusEvents.WriteAsync);
        app.MapPrometheusScrapingEndpoint("/metrics");
    }

    private static string? IsReady(Volume volume) =>
        volume.ReadCurrentId() is { } id && File.Exists(Path.Combine(volume.DirectoryOf(id), Release.ManifestName)) ? id : null;

    private static IResult Unavailable(string reason) => Results.Text(reason + "\n", statusCode: StatusCodes.Status503ServiceUnavailable);
}
