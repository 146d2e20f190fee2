namespace Samples.Server;

/// <summary>What the management endpoint answers: <c>/healthz</c>, <c>/readyz</c>, <c>/metrics</c>, <c>/status</c>, and 404 to the rest.</summary>
internal static class ManagementEndpoints
{
    public static void Configure(IApplicationBuilder management)
    {
        management.UseOpenTelemetryPrometheusScrapingEndpoint(context => context.Request.Path == "/metrics");

        var services = management.ApplicationServices;
        var watcher = services.GetRequiredService<SiteWatcher>();
        var current = services.GetRequiredService<CurrentSite>();
        var stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        management.Run(context => context.Request.Path.Value switch
        {
            "/healthz" => Health(context, watcher),
            "/readyz" => Readiness(context, current, stopping),
            "/status" => StatusReport.WriteAsync(context, current),
            _ => PlainResponse.WriteAsync(context, StatusCodes.Status404NotFound, "Not found."),
        });
    }

    /// <summary>The process's own loop, and nothing that a restart of it would not mend.</summary>
    private static Task Health(HttpContext context, SiteWatcher watcher) => watcher.IsAlive
        ? PlainResponse.WriteAsync(context, StatusCodes.Status200OK, "ok")
        : PlainResponse.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "The loop that follows the volume has stopped.");

    private static Task Readiness(HttpContext context, CurrentSite current, CancellationToken stopping)
    {
        if (stopping.IsCancellationRequested)
            return PlainResponse.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "The server is stopping.");
        return current.Site is { } site
            ? PlainResponse.WriteAsync(context, StatusCodes.Status200OK, site.ReleaseId)
            : PlainResponse.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "There is no release to serve yet.");
    }
}
