using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Samples.Sidecar.Sync;

namespace Samples.Sidecar;

/// <summary>Metrics for Prometheus to fetch; traces by OTLP, where the standard's own variables say where to.</summary>
internal static class Telemetry
{
    /// <summary>OpenTelemetry specification, "OTLP Exporter Configuration". The exporter reads the others itself: protocol, headers, time-out.</summary>
    private static readonly string[] _endpoints = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];

    public static void AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("sidecar").AddEnvironmentVariableDetector())
            .WithMetrics(metrics => metrics.AddMeter(SyncMetrics.MeterName).AddPrometheusExporter());
        if (_endpoints.Any(name => !string.IsNullOrEmpty(configuration[name])))
            telemetry.WithTracing(tracing => tracing.AddSource(Tracing.SourceName).AddOtlpExporter());
    }
}
