namespace Samples.Sidecar.Sync;

/// <summary>
/// How long ago a sync last succeeded. Counted by a clock that no one can set; what an earlier process knew comes from the volume.
/// </summary>
public sealed class Freshness(TimeProvider clock)
{
    private volatile Success _last = new(null, clock.GetTimestamp(), TimeSpan.Zero);

    /// <summary>When a sync last succeeded; null where none ever did.</summary>
    public DateTimeOffset? LastSuccessAt => _last.At;

    /// <summary>Since the last success; where there was none, since this process started.</summary>
    public TimeSpan Age => _last.AgeThen + clock.GetElapsedTime(_last.Timestamp);

    /// <summary>What the volume remembers.</summary>
    public void Recall(DateTimeOffset? at)
    {
        if (at is { } time)
            _last = new(time, clock.GetTimestamp(), clock.GetUtcNow() is var now && now > time ? now - time : TimeSpan.Zero);
    }

    public void Succeeded() => _last = new(clock.GetUtcNow(), clock.GetTimestamp(), TimeSpan.Zero);

    private sealed record Success(DateTimeOffset? At, long Timestamp, TimeSpan AgeThen);
}
