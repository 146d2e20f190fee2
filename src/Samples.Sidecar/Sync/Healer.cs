using Samples.SharedVolume;

namespace Samples.Sidecar.Sync;

/// <summary>
/// Looks after the volume at the start of every sync: what is missing is made, what does not belong there goes, and what is served
/// is held against what was published, by names, sizes and times. It never touches a release in place: damage is handed to the
/// sync, which fetches the content again and exchanges the whole.
/// </summary>
public sealed partial class Healer(SyncMetrics metrics, TimeProvider clock, ILogger<Healer> logger)
{
    /// <summary>How many repairs are remembered.</summary>
    public const int MaxRepairs = 20;

    /// <summary>Up to so many files and folders are looked at before every sync.</summary>
    private const int AlwaysLooked = 1000;

    private static readonly TimeSpan _pausePerEntry = TimeSpan.FromMilliseconds(2);

    private volatile Repair[] _repairs = [];

    /// <summary>The release that was found sound, and what it looked like.</summary>
    private (Release Release, ReleaseFingerprint Fingerprint)? _sound;
    private long? _lookedAt;
    private bool _wasServed;
    private volatile Finding? _finding;
    private HashSet<string> _unremovable = [];

    /// <summary>The last repairs, newest first.</summary>
    public IReadOnlyList<Repair> Repairs => _repairs;

    /// <summary>What is wrong with what is served and was not mended yet, or null.</summary>
    public Damage? Damage { get; private set; }

    /// <summary>Takes what somebody who read the whole release has found; the next sync mends it.</summary>
    internal void Report(string id, string problem) => _finding = new Finding(id, problem);

    /// <summary>Mends what needs no source, and returns what does; null where all is well.</summary>
    /// <exception cref="IOException">The volume cannot be read or written.</exception>
    public Damage? Examine(VolumeWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        Tidy(writer);

        var id = writer.Volume.ReadCurrentId();
        _wasServed |= id is not null;
        var problem = id is null ? $"'{writer.Volume.CurrentLink}' leads to no release" : FindProblem(writer, id);
        if (problem is null)
            return Tell(null);
        if (id is not null && writer.Volume.TryOpen(id) is not null)
            return Tell(new Damage(RepairReason.Release, problem));
        return Tell(SwitchToRetained(writer, id, problem));
    }

    /// <summary>To be called when a sync has published a release, and with it replaced what was damaged.</summary>
    public void Published(Release release, Damage? damage)
    {
        ArgumentNullException.ThrowIfNull(release);
        // What was shared was looked at before it was, and all else has just been written: the next look has its time.
        (_wasServed, _sound, _lookedAt) = (true, (release, ReleaseFingerprint.Expected(release.Manifest)), clock.GetTimestamp());
        if (damage is null)
            return;
        (_finding, Damage) = (null, null);
        Record(damage.Reason, damage.Problem, release.Id);
    }

    private void Tidy(VolumeWriter writer)
    {
        var (made, removed) = writer.Tidy();
        foreach (var folder in made)
            Record(RepairReason.Folder, $"'{folder}' was missing", writer.Volume.ReadCurrentId());
        foreach (var leftover in removed)
            Record(RepairReason.Leftover, $"'{leftover}' belonged to nobody", writer.Volume.ReadCurrentId());
        foreach (var leftover in writer.Unremovable.Where(leftover => !_unremovable.Contains(leftover)))
            Log.Unremovable(logger, leftover);
        _unremovable = [.. writer.Unremovable];
    }

    private string? FindProblem(VolumeWriter writer, string id)
    {
        var volume = writer.Volume;
        if (_finding is { } finding && finding.Id == id)
            return finding.Problem;

        try
        {
            if (_sound is { } known && known.Release.Id == id && IsTooSoon(known.Fingerprint.Entries))
                return Directory.Exists(volume.DirectoryOf(id)) ? null : $"'{volume.DirectoryOf(id)}' is missing";
            _lookedAt = clock.GetTimestamp();
            if (writer.ReadCurrent() is not { } release)
            {
                return Directory.Exists(volume.DirectoryOf(id))
                    ? $"'{Path.Combine(volume.DirectoryOf(id), Release.ManifestName)}' is missing, or no manifest of schema {ReleaseManifest.CurrentSchema}"
                    : $"'{volume.DirectoryOf(id)}' is missing";
            }

            var fingerprint = ReleaseFingerprint.Of(release.DocumentRoot);
            if (_sound is { } sound && ReferenceEquals(sound.Release, release) && sound.Fingerprint == fingerprint)
                return null;
            // Different where a file was touched and yet has its bytes, or on a file system that keeps no times as fine as a manifest's.
            var isAsPublished = ReleaseFingerprint.Expected(release.Manifest) == fingerprint && new DirectoryInfo(release.Directory).LinkTarget is null;
            if (!isAsPublished && ReleaseVerifier.FindChange(release) is { } change)
                return change;
            _sound = (release, fingerprint);
            return null;
        }
        catch (DirectoryNotFoundException) when (Directory.Exists(volume.Root))
        {
            return $"'{volume.DirectoryOf(id)}' is missing";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"'{volume.DirectoryOf(id)}' cannot be read: {e.Message}";
        }
    }

    /// <summary>A look costs some 2 µs an entry: of many entries it is taken so seldom that it costs a thousandth of a processor.</summary>
    private bool IsTooSoon(int entries) =>
        entries > AlwaysLooked && _lookedAt is { } lookedAt && clock.GetElapsedTime(lookedAt) < _pausePerEntry * entries;

    /// <summary>Where <c>current</c> leads nowhere, an older release is better than none: the one that was pinned, else the one that was current last.</summary>
    private Damage? SwitchToRetained(VolumeWriter writer, string? lost, string problem)
    {
        var pin = writer.Volume.ReadPin();
        var retained = writer.Volume.ListReleases().Select(r => r.Id).Where(id => id != lost).OrderByDescending(id => id == pin);
        if (retained.FirstOrDefault(id => writer.Volume.TryOpen(id) is { } release && ReleaseVerifier.FindProblemInContent(release) is null) is { } sound)
        {
            writer.SwitchTo(sound);
            Record(RepairReason.Link, problem, sound);
            return null;
        }

        if (pin is not null)
        {
            // Kept, it would hold the volume empty.
            writer.Pin(null);
            Record(RepairReason.Pin, $"the pinned release {pin} is gone, and so is every other", null);
        }

        // A volume on which nothing was published yet is not damaged.
        return !_wasServed ? null : new Damage(RepairReason.Link, problem);
    }

    private Damage? Tell(Damage? damage)
    {
        if (damage is not null && damage != Damage)
            Log.Damaged(logger, damage.Problem);
        return Damage = damage;
    }

    private void Record(RepairReason reason, string problem, string? release)
    {
        metrics.Repaired(reason);
        _repairs = [new Repair(clock.GetUtcNow(), reason, problem, release), .. _repairs.Take(MaxRepairs - 1)];
        Log.Repaired(logger, reason, problem, release);
    }

    private sealed record Finding(string Id, string Problem);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Found damage, which the source is asked to mend: {Problem}")]
        public static partial void Damaged(ILogger logger, string problem);

        [LoggerMessage(LogLevel.Warning, "Repaired the volume ({Reason}): {Problem}; current is {Release}")]
        public static partial void Repaired(ILogger logger, RepairReason reason, string problem, string? release);

        [LoggerMessage(LogLevel.Warning, "Could not remove the leftover {Path}; it does no harm but takes space")]
        public static partial void Unremovable(ILogger logger, string path);
    }
}
