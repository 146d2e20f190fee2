namespace Samples.Server;

/// <summary>
/// The site that requests start with, and those that came before it and are still retained. One writer at a time, the
/// <see cref="SiteWatcher"/>'s; any number of readers, none of which ever waits.
/// </summary>
internal sealed class CurrentSite
{
    private volatile Site? _site;
    private volatile Site[] _retained = [];
    private long _since;

    /// <summary>Null until the first release is there.</summary>
    public Site? Site => _site;

    /// <summary>Sites of the retained releases, the latest first, of which only fingerprinted files are served.</summary>
    public IReadOnlyList<Site> Retained => _retained;

    /// <summary>When the current site became that.</summary>
    public DateTimeOffset Since => new(Volatile.Read(ref _since), TimeSpan.Zero);

    public void SwitchTo(Site site, DateTimeOffset since)
    {
        Volatile.Write(ref _since, since.UtcTicks);
        _site = site;
    }

    public void Retain(Site[] sites) => _retained = sites;

    /// <summary>The first retained site that has a file of a fingerprinted name; null where none has, or the name is none.</summary>
    public (Site Site, Asset Asset)? FindRetained(string path)
    {
        var retained = _retained;
        if (retained.Length == 0 || !Fingerprint.IsIn(path))
            return null;

        foreach (var site in retained)
        {
            if (site.TryGet(path, out var asset))
                return (site, asset);
        }

        return null;
    }
}
