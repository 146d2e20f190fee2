using System.Diagnostics.Metrics;
using System.Text.Json;
using Samples.SharedVolume;

namespace Samples.Sidecar.Sync;

/// <summary>What <c>/metrics</c> tells of the syncs. Units and names follow OpenTelemetry's conventions.</summary>
public sealed class SyncMetrics
{
    public const string MeterName = "Samples.Sidecar";

    private readonly Counter<long> _syncs;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _fetched;
    private readonly Counter<long> _reused;
    private readonly Counter<long> _rejections;
    private double _lastSuccess;
    private int _failures;

    public SyncMetrics(IMeterFactory meters, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(meters);
        Clock = clock;
        var meter = meters.Create(MeterName);
        _syncs = meter.CreateCounter<long>("sidecar.syncs", "{sync}", "Syncs by result.");
        _duration = meter.CreateHistogram("sidecar.sync.duration", "s", "Time that a sync took.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 120] });
        _fetched = meter.CreateCounter<long>("sidecar.fetched", "By", "Bytes written to the volume for new and changed files.");
        _reused = meter.CreateCounter<long>("sidecar.reused", "By", "Bytes of unchanged files shared with the previous release.");
        _rejections = meter.CreateCounter<long>("sidecar.rejections", "{rejection}", "Content refused, by reason.");
        meter.CreateObservableGauge("sidecar.last_success.timestamp", () => Volatile.Read(ref _lastSuccess), "s", "Unix time of the last sync that succeeded; 0 before the first.");
        meter.CreateObservableGauge("sidecar.consecutive_failures", () => Volatile.Read(ref _failures), "{failure}", "Syncs in a row that failed.");
    }

    private TimeProvider Clock { get; }

    public void Synced(SyncRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var result = new KeyValuePair<string, object?>("result", LabelOf(record.Result));
        _syncs.Add(1, result);
        _duration.Record(record.DurationMs / 1000, result);
        Volatile.Write(ref _failures, record.IsSuccess ? 0 : _failures + 1);
        if (record.IsSuccess)
            Volatile.Write(ref _lastSuccess, Clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0);
    }

    public void Fetched(StagedRelease staged)
    {
        ArgumentNullException.ThrowIfNull(staged);
        _fetched.Add(staged.Size - staged.ReusedSize);
        _reused.Add(staged.ReusedSize);
    }

    public void Rejected(RejectionReason reason) => _rejections.Add(1, new KeyValuePair<string, object?>("reason", LabelOf(reason)));

    private static string LabelOf<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
