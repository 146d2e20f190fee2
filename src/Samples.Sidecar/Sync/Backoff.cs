namespace Samples.Sidecar.Sync;

/// <summary>
/// How long to wait after a sync: the interval after a success, twice as long after each further failure in a row,
/// never shorter than the source asks for. A tenth of jitter keeps a fleet from asking in step.
/// </summary>
public sealed class Backoff(TimeSpan interval, TimeSpan maximum)
{
    private const double Jitter = 0.1;
    private const int MaxDoublings = 20;

    /// <summary>The longest that a source's Retry-After is followed.</summary>
    public static readonly TimeSpan MaxRetryAfter = TimeSpan.FromHours(1);

    /// <param name="failures">In a row; 0 after a success.</param>
    /// <param name="retryAfter">What the source asks for, or null.</param>
    /// <param name="random">From 0 to 1, for the jitter.</param>
    public TimeSpan Next(int failures, TimeSpan? retryAfter, double random)
    {
        var wait = failures == 0 ? interval : interval * Math.Pow(2, Math.Min(failures - 1, MaxDoublings));
        if (failures > 0 && wait > maximum)
            wait = maximum > interval ? maximum : interval;
        wait *= 1 + (Jitter * ((2 * random) - 1));

        var asked = retryAfter > MaxRetryAfter ? MaxRetryAfter : retryAfter ?? TimeSpan.Zero;
        return asked > wait ? asked : wait;
    }
}
