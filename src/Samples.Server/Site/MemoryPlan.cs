namespace Samples.Server;

/// <summary>
/// Which bodies are kept in memory: as many as the budget holds, the smallest first, for those are asked for most and gain most.
/// </summary>
internal sealed class MemoryPlan
{
    /// <summary>Bytes. Above this the copy is what takes the time, not the system calls that memory spares.</summary>
    public const long MaxBodyLength = 1 << 20;

    private readonly long _limit;

    /// <param name="lengths">Of all bodies, in bytes.</param>
    /// <param name="budget">In bytes.</param>
    public MemoryPlan(IEnumerable<long> lengths, long budget)
    {
        // Bodies of one length go in together or not at all, so the outcome does not hang on their order.
        _limit = -1;
        var total = 0L;
        foreach (var group in lengths.Where(l => l <= MaxBodyLength).CountBy(l => l).OrderBy(g => g.Key))
        {
            total += group.Key * group.Value;
            if (total > budget)
                break;
            _limit = group.Key;
        }
    }

    public bool Holds(long length) => length <= _limit;
}
