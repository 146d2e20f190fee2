namespace Samples.SharedVolume;

/// <summary>Removes the releases that a policy does not keep.</summary>
internal sealed class Retention(Volume volume, VolumeFolders folders, TimeProvider clock)
{
    private (string Key, Dictionary<string, long> OfOthers) _sizes = ("", []);

    /// <summary>Never removes the current release; returns the ids of those that it has.</summary>
    public IReadOnlyList<string> Collect(RetentionPolicy policy)
    {
        Restamp();
        var current = volume.ReadCurrentId();
        var others = volume.ListReleases().Where(r => r.Id != current).ToArray();
        var removed = policy.SelectForRemoval(others, clock.GetUtcNow(), SizesOf(current, [.. others.Select(r => r.Id)], policy));
        foreach (var id in removed)
            folders.Remove(volume.DirectoryOf(id));
        return removed;
    }

    /// <summary>Each release's own bytes, found out once for as long as the same releases are there: it takes reading every manifest.</summary>
    private Func<string, long> SizesOf(string? current, string[] others, RetentionPolicy policy)
    {
        var key = string.Join(' ', others.Prepend(current));
        if (policy.MaxRetainedBytes is null || key == _sizes.Key)
            return id => _sizes.OfOthers[id];

        var counted = new HashSet<UInt128>();
        if (current is not null)
            volume.OwnSize(current, counted);
        _sizes = (key, others.ToDictionary(id => id, id => volume.OwnSize(id, counted), StringComparer.Ordinal));
        return id => _sizes.OfOthers[id];
    }

    /// <summary>
    /// Where the clock was set back, releases from its future become releases of this moment, in the order that they had: otherwise
    /// they would be the latest, and in their grace time, until the clock has caught up.
    /// </summary>
    private void Restamp()
    {
        var now = clock.GetUtcNow();
        foreach (var (release, age) in volume.ListReleases().Where(r => r.LastCurrentAt > now).Select((release, age) => (release, age)))
            folders.Stamp(release.Id, now.AddMilliseconds(-age));
    }
}
