using System.Text;

namespace Samples.SharedVolume;

/// <summary>
/// The writing side of the volume's contract, for the one process that holds its lock. Each step leaves the
/// volume as it was or as it shall be: content is complete and durable before it gets its name below
/// <c>releases/</c>, and <c>current</c> changes by one rename(2). What a killed writer leaves has random names
/// below <c>.staging/</c>, where the next writer removes it and nothing ever reads.
/// </summary>
public sealed class VolumeWriter : IDisposable
{
    private static readonly TimeSpan _lockPollInterval = TimeSpan.FromSeconds(1);

    private readonly FileStream _lock;
    private readonly TimeProvider _clock;

    private VolumeWriter(Volume volume, FileStream @lock, TimeProvider clock)
    {
        (Volume, _lock, _clock) = (volume, @lock, clock);
        MakeFolders();
        Unremovable = [.. FindLeftovers().Where(leftover => !TryRemove(leftover))];
    }

    /// <summary>Leftovers that this user may not remove: harmless but for the space they take.</summary>
    public IReadOnlyList<string> Unremovable { get; }

    public Volume Volume { get; }

    /// <summary>Takes the volume's lock and removes what a killed writer left; null where another process holds the lock.</summary>
    /// <exception cref="DirectoryNotFoundException">The volume does not exist.</exception>
    /// <exception cref="UnauthorizedAccessException">The volume cannot be written by this user.</exception>
    public static VolumeWriter? TryOpen(Volume volume, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(volume);
        if (!Directory.Exists(volume.Root))
            throw new DirectoryNotFoundException($"The shared volume '{volume.Root}' does not exist. Mount a volume there, or name another folder with SharedVolume__Path.");

        FileStream @lock;
        try
        {
            // FileShare.None is flock(2) with LOCK_EX | LOCK_NB: it ends with the process, however that ends.
            @lock = new FileStream(volume.LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.HResult == Posix.WouldBlock)
        {
            return null;
        }
        catch (UnauthorizedAccessException e)
        {
            throw NotWritable(volume, e);
        }

        try
        {
            return new VolumeWriter(volume, @lock, clock);
        }
        catch (Exception e)
        {
            @lock.Dispose();
            throw e is UnauthorizedAccessException denied ? NotWritable(volume, denied) : e;
        }
    }

    /// <summary>Waits for the volume's lock, as a standby, until it is free.</summary>
    /// <param name="onStandby">Called once, if the lock is not free at once.</param>
    public static async Task<VolumeWriter> OpenAsync(Volume volume, TimeProvider clock, Action onStandby, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(onStandby);
        for (var told = false; ; told = true)
        {
            if (TryOpen(volume, clock) is { } writer)
                return writer;
            if (!told)
                onStandby();
            await Task.Delay(_lockPollInterval, clock, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Begins a release.</summary>
    /// <param name="limits">Bounds of it.</param>
    /// <param name="share">Whether unchanged files are shared with the current release; not where that is known to be damaged.</param>
    public StagedRelease Stage(ContentLimits limits, bool share = true) => new(Volume, NewStagingPath(), share ? Volume.ReadCurrent() : null, limits);

    /// <summary>
    /// Makes a staged release the current one. Content that is on the volume already, sound, is only switched
    /// to; a damaged release of the same content is replaced in one step.
    /// </summary>
    /// <exception cref="ContentRejectedException">There is no file in it.</exception>
    /// <exception cref="IOException">The volume cannot take it; <c>current</c> is as it was.</exception>
    public Publication Publish(StagedRelease staged, ReleaseSource source, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(staged);
        if (staged.Count == 0)
            throw new ContentRejectedException(RejectionReason.Empty, "Refused to publish a release without a file.");

        var id = ReleaseId.Of(staged.ListFiles());
        if (Volume.TryOpen(id) is { } known && ReleaseVerifier.FindProblemInContent(known) is null)
            return new Publication(known, SwitchTo(id));

        ReleaseSealer.Seal(staged, new ReleaseManifest(ReleaseManifest.CurrentSchema, id, _clock.GetUtcNow(), source, staged.ListFiles()), Volume, cancellation);
        var target = Volume.DirectoryOf(id);
        MoveInto(target, staged.Directory);
        Posix.SyncDirectory(Volume.ReleasesDirectory);

        SwitchTo(id);
        return new Publication(Release.Open(target), Changed: true);
    }

    /// <summary>Makes a release that is on the volume the current one; false where it is already.</summary>
    public bool SwitchTo(string id)
    {
        if (Volume.ReadCurrentId() is { } outgoing)
        {
            if (outgoing == id)
                return false;
            Stamp(outgoing);
        }

        Stamp(id);
        var link = NewStagingPath();
        File.CreateSymbolicLink(link, $"releases/{id}");
        // Put there by hand, a folder would refuse the rename for ever.
        if (new FileInfo(Volume.CurrentLink) is { LinkTarget: null } && Directory.Exists(Volume.CurrentLink))
            Posix.Rename(Volume.CurrentLink, NewStagingPath());
        Posix.Rename(link, Volume.CurrentLink);
        Posix.SyncDirectory(Volume.Root);
        return true;
    }

    /// <summary>Writes which release no sync may replace; null removes the pin.</summary>
    public void Pin(string? id)
    {
        if (id is null)
        {
            File.Delete(Volume.PinFile);
        }
        else
        {
            var draft = NewStagingPath();
            using (var file = File.OpenHandle(draft, FileMode.CreateNew, FileAccess.Write))
            {
                RandomAccess.Write(file, Encoding.UTF8.GetBytes(id + "\n"), fileOffset: 0);
                RandomAccess.FlushToDisk(file);
            }

            Posix.Rename(draft, Volume.PinFile);
        }

        Posix.SyncDirectory(Volume.Root);
    }

    /// <summary>Removes the releases that the policy does not keep, never the current one, and returns their ids.</summary>
    public IReadOnlyList<string> Collect(RetentionPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var current = Volume.ReadCurrentId();
        var counted = new HashSet<(string, string)>();
        if (policy.MaxRetainedBytes is not null && current is not null)
            OwnSize(current, counted);

        var removed = policy.SelectForRemoval(Volume.ListReleases().Where(r => r.Id != current), _clock.GetUtcNow(), id => OwnSize(id, counted));
        foreach (var id in removed)
            Remove(Volume.DirectoryOf(id));
        return removed;
    }

    /// <summary>Releases the volume's lock.</summary>
    public void Dispose() => _lock.Dispose();

    private static UnauthorizedAccessException NotWritable(Volume volume, UnauthorizedAccessException cause) => new(
        $"The shared volume '{volume.Root}' cannot be written by user '{Environment.UserName}': {cause.Message} Mount it writable, and run init and sidecar as the same user.", cause);

    private void MakeFolders()
    {
        // Neither a file by that name nor what a link leads to is the writer's staging.
        if (File.Exists(Volume.StagingDirectory) || new FileInfo(Volume.StagingDirectory).LinkTarget is not null)
            File.Delete(Volume.StagingDirectory);
        Directory.CreateDirectory(Volume.StagingDirectory);
        if (Directory.Exists(Volume.ReleasesDirectory))
            return;

        // Readers of any user pass through it, whatever the umask; it never has its name without its mode.
        File.Delete(Volume.ReleasesDirectory);
        var draft = Directory.CreateDirectory(NewStagingPath()).FullName;
        File.SetUnixFileMode(draft, File.GetUnixFileMode(draft) | ReleaseSealer.DirectoryMode);
        Posix.Rename(draft, Volume.ReleasesDirectory);
    }

    /// <summary>What a killed writer or a visitor left: all of <c>.staging/</c>, and what is no release below <c>releases/</c>.</summary>
    private IEnumerable<string> FindLeftovers()
    {
        var complete = Volume.ListReleases().Select(r => r.Id).Append(Volume.ReadCurrentId()).ToHashSet();
        return [
            .. Directory.EnumerateFileSystemEntries(Volume.StagingDirectory),
            .. Directory.EnumerateFileSystemEntries(Volume.ReleasesDirectory).Where(entry => !complete.Contains(Path.GetFileName(entry))),
        ];
    }

    private bool TryRemove(string path)
    {
        try
        {
            Remove(path);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>A release that a reader could open by name is first renamed away, so that none is ever seen half removed.</summary>
    private void Remove(string path)
    {
        var doomed = NewStagingPath();
        Posix.Rename(path, doomed);
        if (Directory.Exists(doomed) && new DirectoryInfo(doomed).LinkTarget is null)
            Directory.Delete(doomed, recursive: true);
        else
            File.Delete(doomed);
    }

    /// <summary>Bytes of a release's files that none of those counted before has at the same path.</summary>
    private long OwnSize(string id, HashSet<(string Path, string Sha256)> counted) =>
        Volume.TryOpen(id)?.Manifest.Files.Where(f => counted.Add((f.Path, f.Sha256))).Sum(f => f.Size + f.Encodings.Sum(e => e.Size)) ?? 0;

    private void MoveInto(string target, string directory)
    {
        if (Path.Exists(target))
        {
            if (Posix.TryExchange(directory, target))
                return;
            // Without exchange, what is damaged is gone for a moment before what is sound is there.
            Posix.Rename(target, NewStagingPath());
        }

        Posix.Rename(directory, target);
    }

    private void Stamp(string id)
    {
        try
        {
            Directory.SetLastWriteTimeUtc(Volume.DirectoryOf(id), _clock.GetUtcNow().UtcDateTime);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or FileNotFoundException or DirectoryNotFoundException)
        {
            // Another user's release has no other time than its own, and cannot be removed by this one either.
        }
    }

    private string NewStagingPath() => Path.Combine(Volume.StagingDirectory, Path.GetRandomFileName());
}
