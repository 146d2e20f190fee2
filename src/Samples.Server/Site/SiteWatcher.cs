using System.Diagnostics;
using Microsoft.Extensions.Options;
using Samples.SharedVolume;

namespace Samples.Server;

/// <summary>
/// Follows <c>current</c> by reading the link four times a second, and switches to what it leads to once that has been loaded whole.
/// A release that cannot be loaded changes nothing: what was served still is.
/// </summary>
/// <remarks>Not a file watcher: bind mounts, swapped symlinks and inotify's limits each blind one, without a word.</remarks>
internal sealed partial class SiteWatcher(
    Volume volume, SiteLoader loader, CurrentSite current, ServerMetrics metrics, IOptions<ServerOptions> options, TimeProvider time, ILogger<SiteWatcher> logger)
    : BackgroundService
{
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _retryAfter = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _stalledAfter = TimeSpan.FromSeconds(10);

    private readonly bool _fallback = options.Value.FallbackToPrevious;
    private readonly Dictionary<string, Site> _retained = [];
    private long _tickedAt = time.GetTimestamp();
    private DateTime _listedAt;
    private string? _failedId;
    private long _failedAt;

    /// <summary>Whether the loop has ticked lately. Loading a large release takes as long as it takes and does not stop it.</summary>
    public bool IsAlive => time.GetElapsedTime(Volatile.Read(ref _tickedAt)) < _stalledAfter;

    /// <summary>The first look comes before the server listens, so a pod whose init job has run never answers 503.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Look();
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_interval, time);
        using var stop = stoppingToken.Register(timer.Dispose); // ends the loop without an exception
        var look = Task.CompletedTask;
        while (await timer.WaitForNextTickAsync(CancellationToken.None).ConfigureAwait(false))
        {
            Volatile.Write(ref _tickedAt, time.GetTimestamp());
            if (look.IsCompleted)
                look = Task.Run(Look, CancellationToken.None);
        }
    }

    private void Look()
    {
        try
        {
            var before = current.Site;
            var id = volume.ReadCurrentId();
            if (id is not null && id != before?.ReleaseId && (id != _failedId || time.GetElapsedTime(_failedAt) >= _retryAfter))
                Switch(id, before);
            if (_fallback)
                Retain(before);
        }
        catch (Exception e)
        {
            Log.LookFailed(logger, volume.Root, e);
        }
    }

    private void Switch(string id, Site? before)
    {
        try
        {
            var started = Stopwatch.GetTimestamp();
            var site = loader.Load(id, before);
            current.SwitchTo(site);
            before?.Dispose();
            _failedId = null;
            metrics.Switched();

            var milliseconds = (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            if (before is null)
                Log.Loaded(logger, id, site.Assets.Count, milliseconds);
            else
                Log.Switched(logger, before.ReleaseId, id, site.Assets.Count, milliseconds);
        }
        catch (Exception e)
        {
            // Overtaken: the release was replaced, and perhaps removed, while it was being read.
            if (volume.ReadCurrentId() != id)
                return;

            var first = _failedId != id;
            (_failedId, _failedAt) = (id, time.GetTimestamp());
            if (!first)
                return;
            metrics.LoadFailed();
            Log.LoadFailed(logger, id, before?.ReleaseId, e.Message);
        }
    }

    /// <summary>Keeps the fallback to what is on the volume: any release that comes or goes changes its directory's time.</summary>
    private void Retain(Site? before)
    {
        var changedAt = Directory.GetLastWriteTimeUtc(volume.ReleasesDirectory);
        if (changedAt == _listedAt && current.Site == before)
            return;
        _listedAt = changedAt;

        var ids = volume.ListReleases().Select(r => r.Id).Where(id => id != current.Site?.ReleaseId).ToList();
        foreach (var id in ids)
        {
            if (!_retained.ContainsKey(id) && TryLoadFingerprinted(id) is { } site)
                _retained.Add(id, site);
        }

        var forgotten = _retained.Keys.Except(ids).ToList();
        var gone = forgotten.ConvertAll(id => _retained[id]);
        forgotten.ForEach(id => _retained.Remove(id));
        current.Retain([.. ids.Where(_retained.ContainsKey).Select(id => _retained[id])]);
        gone.ForEach(site => site.Dispose());
    }

    private Site? TryLoadFingerprinted(string id)
    {
        try
        {
            return loader.LoadFingerprinted(id);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            Log.RetainedUnreadable(logger, id, e.Message);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Loaded release {Release}: {Files} files in {Milliseconds} ms")]
        public static partial void Loaded(ILogger logger, string release, int files, long milliseconds);

        [LoggerMessage(LogLevel.Information, "Switched from release {Previous} to {Release}: {Files} files in {Milliseconds} ms")]
        public static partial void Switched(ILogger logger, string previous, string release, int files, long milliseconds);

        [LoggerMessage(LogLevel.Error, "Could not load release {Release}, went on serving {Served}: {Problem}")]
        public static partial void LoadFailed(ILogger logger, string release, string? served, string problem);

        [LoggerMessage(LogLevel.Debug, "Left release {Release} out of the fallback: {Problem}")]
        public static partial void RetainedUnreadable(ILogger logger, string release, string problem);

        [LoggerMessage(LogLevel.Error, "Could not look at volume {Volume}")]
        public static partial void LookFailed(ILogger logger, string volume, Exception exception);
    }
}
