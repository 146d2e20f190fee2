namespace Samples.Server;

/// <summary>How many files a site may keep open between requests; beyond it each request opens its own.</summary>
internal sealed class HandleAllowance(int count)
{
    private int _left = count;

    public bool TryTake()
    {
        if (Interlocked.Decrement(ref _left) >= 0)
            return true;
        GiveBack();
        return false;
    }

    public void GiveBack() => Interlocked.Increment(ref _left);

    /// <summary>Lets nobody take any more.</summary>
    public void Close() => Volatile.Write(ref _left, int.MinValue / 2);
}
