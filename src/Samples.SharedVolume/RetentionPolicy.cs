namespace Samples.SharedVolume;

/// <summary>Which releases stay beside the current one.</summary>
/// <param name="Keep">How many of the others stay, those that were current last; 0 or more.</param>
/// <param name="Grace">A release that stopped being current less than this ago stays, within the byte budget, however many there are: a reader may be in it.</param>
/// <param name="MaxRetainedBytes">Of the others together, bytes shared with the current release or each other counted once or not at all; null for no bound.</param>
public sealed record RetentionPolicy(int Keep, TimeSpan Grace, long? MaxRetainedBytes)
{
    /// <summary>Three others, one minute, no byte budget.</summary>
    public static RetentionPolicy Default { get; } = new(3, TimeSpan.FromMinutes(1), null);

    /// <summary>The ids to remove.</summary>
    /// <param name="others">All but the current one, the one that was current last first.</param>
    /// <param name="now">A time stamp in the future, as after a clock's step back, counts as now.</param>
    /// <param name="ownSize">Bytes that a release has for itself, beyond the releases it was asked for before; asked in order, and only under a byte budget.</param>
    public IReadOnlyList<string> SelectForRemoval(IEnumerable<RetainedRelease> others, DateTimeOffset now, Func<string, long> ownSize)
    {
        ArgumentNullException.ThrowIfNull(others);
        ArgumentNullException.ThrowIfNull(ownSize);
        var (removed, kept, bytes) = (new List<string>(), 0, 0L);
        foreach (var release in others)
        {
            bytes += MaxRetainedBytes is null ? 0 : ownSize(release.Id);
            var inGrace = now - release.LastCurrentAt < Grace;
            if ((inGrace || kept < Keep) && bytes <= (MaxRetainedBytes ?? long.MaxValue))
                kept++;
            else
                removed.Add(release.Id);
        }

        return removed;
    }
}
