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
    private readonly Counter<long> _repairs;
    private readonly Counter<long> _notifications;
    private readonly Freshness _freshness;
    private int _failures;
    private volatile Holdings? _holdings;

    public SyncMetrics(IMeterFactory meters, Freshness freshness)
    {
        ArgumentNullException.ThrowIfNull(meters);
        ArgumentNullException.ThrowIfNull(freshness);
        _freshness = freshness;
        var meter = meters.Create(MeterName);
        _syncs = meter.CreateCounter<long>("sidecar.syncs", "{sync}", "Syncs by result.");
        _duration = meter.CreateHistogram("sidecar.sync.duration", "s", "Time that a sync took.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 120] });
        _fetched = meter.CreateCounter<long>("sidecar.fetched", "By", "Bytes written to the volume for new and changed files.");
        _reused = meter.CreateCounter<long>("sidecar.reused", "By", "Bytes of unchanged files shared with the previous release.");
        _rejections = meter.CreateCounter<long>("sidecar.rejections", "{rejection}", "Content refused, by reason.");
        _repairs = meter.CreateCounter<long>("sidecar.repairs", "{repair}", "Damage to the volume that was mended, by reason.");
        _notifications = meter.CreateCounter<long>("sidecar.notifications", "{notification}", "Attempts to tell Sidecar__NotifyUrl of a release, by result.");
        meter.CreateObservableGauge("sidecar.last_success.timestamp", () => (freshness.LastSuccessAt?.ToUnixTimeMilliseconds() ?? 0) / 1000.0, "s", "Unix time of the last sync that succeeded; 0 before the first.");
        meter.CreateObservableGauge("sidecar.consecutive_failures", () => Volatile.Read(ref _failures), "{failure}", "Syncs in a row that failed.");
        meter.CreateObservableGauge("sidecar.last_success.age", () => freshness.Age.TotalSeconds, "s", "Time since the last sync that succeeded; before the first, since the start.");
        meter.CreateObservableGauge("sidecar.retained", () => _holdings?.RetainedBytes.Value ?? 0, "By", "Bytes on the volume that only the releases beside the current one hold.");
        meter.CreateObservableGauge("sidecar.release.info", ReadInfo, null, "1, with the current release and the kind of its source.");
    }

    public void Synced(SyncRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var result = new KeyValuePair<string, object?>("result", LabelOf(record.Result));
        _syncs.Add(1, result);
        _duration.Record(record.DurationMs / 1000, result);
        Volatile.Write(ref _failures, record.IsSuccess ? 0 : _failures + 1);
        if (record.IsSuccess)
            _freshness.Succeeded();
    }

    /// <summary>Takes what is on the volume now.</summary>
    public void Holding(Volume volume, SidecarStatus status)
    {
        ArgumentNullException.ThrowIfNull(status);
        if (_holdings is not { } holdings || holdings.Release?.Id != status.Release?.Id || !holdings.Retained.SequenceEqual(status.Retained))
            _holdings = new Holdings(volume, status.Release, status.Retained);
    }

    public void Repaired(RepairReason reason) => _repairs.Add(1, new KeyValuePair<string, object?>("reason", LabelOf(reason)));

    public void Notified(bool isDelivered) =>
        _notifications.Add(1, new KeyValuePair<string, object?>("result", isDelivered ? "delivered" : "failed"));

    public void Fetched(StagedRelease staged)
    {
        ArgumentNullException.ThrowIfNull(staged);
        _fetched.Add(staged.Size - staged.ReusedSize);
        _reused.Add(staged.ReusedSize);
    }

    public void Rejected(RejectionReason reason) => _rejections.Add(1, new KeyValuePair<string, object?>("reason", LabelOf(reason)));

    private IEnumerable<Measurement<long>> ReadInfo() => _holdings?.Release is { } release
        ? [new(1, new KeyValuePair<string, object?>("release", release.Id), new KeyValuePair<string, object?>("source_kind", release.Source.Kind))]
        : [];

    private static string LabelOf<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>What is on the volume. Its size is found out when somebody asks, since that takes reading every manifest.</summary>
    private sealed record Holdings(Volume Volume, ReleaseStatus? Release, IReadOnlyList<RetainedStatus> Retained)
    {
        public Lazy<long> RetainedBytes { get; } = new(Volume.SizeOfRetained, LazyThreadSafetyMode.PublicationOnly);
    }
}
