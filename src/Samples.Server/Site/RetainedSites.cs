using Microsoft.Extensions.Options;
using Samples.SharedVolume;

namespace Samples.Server;

/// <summary>
/// Keeps <see cref="CurrentSite.Retained"/> to what the volume retains: fingerprinted files of the releases before the current one, until
/// the writer's retention removes them. Used by one thread at a time.
/// </summary>
internal sealed partial class RetainedSites(
    Volume volume, SiteLoader loader, CurrentSite current, IOptions<ServerOptions> options, ILogger<RetainedSites> logger)
{
    private readonly bool _fallback = options.Value.FallbackToPrevious;
    private readonly Dictionary<string, Site> _sites = [];
    private DateTime _listedAt;
    private string? _listedFor;

    /// <summary>Keeps a site reachable from before it is replaced, so that there is no moment when its files are in neither place.</summary>
    public void Keep(Site? site)
    {
        if (_fallback && site is not null)
            current.Retain([site, .. current.Retained]);
    }

    /// <summary>Looks at the volume, where a release has come or gone: either changes the time of their directory.</summary>
    public void Refresh()
    {
        var (changedAt, release) = (Directory.GetLastWriteTimeUtc(volume.ReleasesDirectory), current.Site?.ReleaseId);
        if (!_fallback || (changedAt == _listedAt && release == _listedFor))
            return;

        var ids = volume.ListReleases().Select(r => r.Id).Where(id => id != release).ToList();
        foreach (var id in ids)
        {
            if (!_sites.ContainsKey(id) && TryLoad(id) is { } site)
                _sites.Add(id, site);
        }

        current.Retain([.. ids.Where(_sites.ContainsKey).Select(id => _sites[id])]);
        foreach (var id in _sites.Keys.Except(ids).ToList())
        {
            _sites.Remove(id, out var gone);
            gone?.Dispose();
        }

        (_listedAt, _listedFor) = (changedAt, release);
    }

    private Site? TryLoad(string id)
    {
        try
        {
            return loader.LoadFingerprinted(id);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            Log.Unreadable(logger, id, e.Message);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "Left release {Release} out of the fallback: {Problem}")]
        public static partial void Unreadable(ILogger logger, string release, string problem);
    }
}
