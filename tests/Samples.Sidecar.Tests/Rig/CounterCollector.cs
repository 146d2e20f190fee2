using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Samples.Sidecar.Tests.Rig;

/// <summary>
/// Adds up the counters of one sidecar. <c>/metrics</c> will not do for that here: OpenTelemetry listens to a meter by its
/// name, and so to those of all the sidecars that tests run in this process at a time.
/// </summary>
internal sealed class CounterCollector : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, long> _sums = new();

    public CounterCollector(IMeterFactory meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, meters))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            _sums.AddOrUpdate(KeyOf(instrument.Name, tags.IsEmpty ? null : tags[0].Value as string), value, (_, sum) => sum + value));
        _listener.Start();
    }

    public long this[string name, string? label = null] => _sums.GetValueOrDefault(KeyOf(name, label));

    public void Dispose() => _listener.Dispose();

    private static string KeyOf(string name, string? label) => $"{name}/{label}";
}
