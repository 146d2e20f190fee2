using System.Diagnostics;
using Samples.SharedVolume;

namespace Samples.Server;

/// <summary>
/// Follows <c>current</c> by reading the link four times a second, and switches to what it leads to once that has been loaded whole.
/// A release that cannot be loaded changes nothing: what was served still is. One that the sidecar has repaired, which puts another directory
/// in its place under the same id, is loaded anew.
/// </summary>
/// <remarks>Not a file watcher: bind mounts, swapped symlinks and inotify's limits each blind one, without a word.</remarks>
internal sealed partial class SiteWatcher(
    Volume volume, SiteLoader loader, CurrentSite current, RetainedSites retained, ServerMetrics metrics, TimeProvider time, ILogger<SiteWatcher> logger)
    : BackgroundService
{
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _retryAfter = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _stalledAfter = TimeSpan.FromSeconds(10);

    /// <summary>Of one release; all of them are on <c>/status</c>.</summary>
    private const int MaxProblemsLogged = 20;

    /// <summary>When the manifest of the site that is served was written.</summary>
    private DateTime _writtenAt;
    private long _tickedAt = time.GetTimestamp();
    private string? _failedId;
    private long _failedAt;
    private string? _problem;

    /// <summary>Whether the loop has ticked lately. Loading a large release takes as long as it takes and does not stop it.</summary>
    public bool IsAlive => time.GetElapsedTime(Volatile.Read(ref _tickedAt)) < _stalledAfter;

    /// <summary>The first look comes before the server listens, so a pod whose init job has run never answers 503.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no volume at all: nothing to wait for.</exception>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(volume.Root))
            throw new DirectoryNotFoundException($"There is no folder '{volume.Root}'; SharedVolume__Path names the shared volume's mount point.");

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
            if (id is not null && (id != before?.ReleaseId || IsReplaced(id)) && (id != _failedId || time.GetElapsedTime(_failedAt) >= _retryAfter))
                Switch(id, before);
            retained.Refresh();
            _problem = null;
        }
        catch (Exception e)
        {
            // The same trouble four times a second is one piece of news.
            if (_problem != e.Message)
                Log.LookFailed(logger, volume.Root, e);
            _problem = e.Message;
        }
    }

    /// <summary>A release never changes, but one that was damaged is exchanged for a sound one.</summary>
    private bool IsReplaced(string id) => WrittenAt(id) is var writtenAt && writtenAt != _writtenAt && writtenAt != DateTime.FromFileTimeUtc(0);

    private DateTime WrittenAt(string id) => File.GetLastWriteTimeUtc(Path.Combine(volume.DirectoryOf(id), Release.ManifestName));

    private void Switch(string id, Site? before)
    {
        try
        {
            var started = Stopwatch.GetTimestamp();
            var writtenAt = WrittenAt(id);
            var isReplaced = id == before?.ReleaseId;
            // What is in memory of a damaged release may be as damaged.
            var site = loader.Load(id, isReplaced ? null : before);
            _writtenAt = writtenAt;
            if (!isReplaced)
                retained.Keep(before);
            current.SwitchTo(site, time.GetUtcNow());
            before?.Dispose();
            _failedId = null;
            metrics.Switched();
            foreach (var problem in site.Problems.Take(MaxProblemsLogged))
                Log.RuleLeftOut(logger, problem.File, problem.Line, id, problem.Problem);
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

            if (_failedId != id)
            {
                metrics.LoadFailed();
                Log.LoadFailed(logger, id, before?.ReleaseId, e.Message);
            }

            (_failedId, _failedAt) = (id, time.GetTimestamp());
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Loaded release {Release}: {Files} files in {Milliseconds} ms")]
        public static partial void Loaded(ILogger logger, string release, int files, long milliseconds);

        [LoggerMessage(LogLevel.Information, "Switched from release {Previous} to {Release}: {Files} files in {Milliseconds} ms")]
        public static partial void Switched(ILogger logger, string previous, string release, int files, long milliseconds);

        [LoggerMessage(LogLevel.Warning, "Left out {File} line {Line} of release {Release}: {Problem}")]
        public static partial void RuleLeftOut(ILogger logger, string file, int line, string release, string problem);

        [LoggerMessage(LogLevel.Error, "Could not load release {Release}, went on serving {Served}: {Problem}")]
        public static partial void LoadFailed(ILogger logger, string release, string? served, string problem);

        [LoggerMessage(LogLevel.Error, "Could not look at volume {Volume}")]
        public static partial void LookFailed(ILogger logger, string volume, Exception exception);
    }
}
