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

    private readonly VolumeFolders _folders;
    private readonly Retention _retention;
    private readonly FileStream _lock;
    private readonly TimeProvider _clock;
    private (Release Release, (long Size, DateTime Modified) Stamp)? _current;

    private VolumeWriter(Volume volume, FileStream @lock, TimeProvider clock)
    {
        (Volume, _folders, _lock, _clock) = (volume, new VolumeFolders(volume), @lock, clock);
        _retention = new Retention(volume, _folders, clock);
        Tidy();
    }

    /// <summary>Leftovers that this user may not remove: harmless but for the space they take.</summary>
    public IReadOnlyList<string> Unremovable { get; private set; } = [];

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
        catch (IOException e) when (e.HResult == Posix.ReadOnlyFileSystem)
        {
            throw new IOException($"The shared volume '{volume.Root}' is read-only. Mount it writable for init and sidecar.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw NotWritable(volume, e);
        }

        // The file was removed between the opening and the locking: the lock that counts is another.
        if (!Posix.IsSameFile(@lock.SafeFileHandle, volume.LockFile))
        {
            @lock.Dispose();
            return null;
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

    /// <summary>Checks that this is the volume's one writer still.</summary>
    /// <exception cref="DirectoryNotFoundException">The volume is gone.</exception>
    /// <exception cref="LockLostException">Its lock file is not the one that this writer holds.</exception>
    public void EnsureLocked()
    {
        if (Posix.IsSameFile(_lock.SafeFileHandle, Volume.LockFile))
            return;
        throw Directory.Exists(Volume.Root)
            ? new LockLostException($"'{Volume.LockFile}' was removed or replaced, and with it the lock that makes this process the only writer of the volume. Restart it, to take the lock that is there now.")
            : new DirectoryNotFoundException($"The shared volume '{Volume.Root}' does not exist any more, and its lock went with it. Mount it again and restart.");
    }

    /// <summary>
    /// Makes the folders that the writer works in, where they are missing, and removes what is neither a release nor in use: at the
    /// start what a killed writer left, later what somebody else put there.
    /// </summary>
    /// <returns>What was made and what was removed; nothing on a volume as it should be.</returns>
    public (IReadOnlyList<string> Made, IReadOnlyList<string> Removed) Tidy()
    {
        var made = _folders.Make();
        var removed = new List<string>();
        var unremovable = new List<string>();
        foreach (var leftover in _folders.FindLeftovers())
            (_folders.TryRemove(leftover) ? removed : unremovable).Add(leftover);
        Unremovable = unremovable;
        return (made, removed);
    }

    /// <summary>Begins a release.</summary>
    /// <param name="limits">Bounds of it.</param>
    /// <param name="share">Whether unchanged files are shared with the current release; not where that is known to be damaged.</param>
    /// <param name="isSound">Whether somebody holds that against its manifest: then its files are shared without another look.</param>
    public StagedRelease Stage(ContentLimits limits, bool share = true, bool isSound = false) =>
        new(Volume, _folders.NewStagingPath(), share ? ReadCurrent() : null, isSound, limits);

    /// <summary>As <see cref="Volume.ReadCurrent"/>, read once for as long as its manifest is the same file.</summary>
    public Release? ReadCurrent()
    {
        var id = Volume.ReadCurrentId();
        if (id is null)
            return null;
        var manifest = new FileInfo(Path.Combine(Volume.DirectoryOf(id), Release.ManifestName));
        var stamp = manifest.Exists ? (manifest.Length, manifest.LastWriteTimeUtc) : default;
        if (_current?.Release.Id != id || _current?.Stamp != stamp)
            _current = Volume.TryOpen(id) is { } release ? (release, stamp) : null;
        return _current?.Release;
    }

    /// <summary>
    /// Makes a staged release the current one. Content that is on the volume already, sound, is only switched
    /// to; a damaged release of the same content is replaced in one step.
    /// </summary>
    /// <param name="staged">Complete.</param>
    /// <param name="source">Who publishes it, from what.</param>
    /// <param name="cancellation">Ends the work before the release has its name.</param>
    /// <param name="replace">Whether a release of the same content is known to be damaged, and replaced without a look.</param>
    /// <exception cref="ContentRejectedException">There is no file in it.</exception>
    /// <exception cref="IOException">The volume cannot take it; <c>current</c> is as it was.</exception>
    public Publication Publish(StagedRelease staged, ReleaseSource source, CancellationToken cancellation, bool replace = false)
    {
        ArgumentNullException.ThrowIfNull(staged);
        if (staged.Count == 0)
            throw new ContentRejectedException(RejectionReason.Empty, "Refused to publish a release without a file.");

        var files = staged.ListFiles();
        var id = ReleaseId.Of(files);
        if (!replace && Volume.TryOpen(id) is { } known && ReleaseVerifier.FindProblemInContent(known) is null)
            return new Publication(known, SwitchTo(id));

        var draft = new ReleaseManifest(ReleaseManifest.CurrentSchema, id, _clock.GetUtcNow(), source, files);
        var manifest = ReleaseSealer.Seal(staged, draft, Volume, cancellation);
        var target = Volume.DirectoryOf(id);
        MoveInto(target, staged.Directory);
        Posix.SyncDirectory(Volume.ReleasesDirectory);

        SwitchTo(id);
        var release = new Release(target, manifest);
        var written = new FileInfo(Path.Combine(target, Release.ManifestName));
        _current = (release, (written.Length, written.LastWriteTimeUtc));
        return new Publication(release, Changed: true);
    }

    /// <summary>Makes a release that is on the volume the current one; false where it is already.</summary>
    /// <exception cref="LockLostException">This is the volume's writer no more.</exception>
    public bool SwitchTo(string id)
    {
        EnsureLocked();
        if (Volume.ReadCurrentId() is { } outgoing)
        {
            if (outgoing == id)
                return false;
            _folders.Stamp(outgoing, _clock.GetUtcNow());
        }

        _folders.Stamp(id, _clock.GetUtcNow());
        var link = _folders.NewStagingPath();
        File.CreateSymbolicLink(link, $"releases/{id}");
        // Put there by hand, a folder would refuse the rename for ever.
        var obstacle = _folders.NewStagingPath();
        if (new FileInfo(Volume.CurrentLink) is { LinkTarget: null } && Directory.Exists(Volume.CurrentLink))
            Posix.Rename(Volume.CurrentLink, obstacle);
        Posix.Rename(link, Volume.CurrentLink);
        Posix.SyncDirectory(Volume.Root);
        if (Directory.Exists(obstacle))
            _folders.TryRemove(obstacle);
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
            DurableFile.Replace(Volume.PinFile, id, _folders.NewStagingPath());
        }

        Posix.SyncDirectory(Volume.Root);
    }

    /// <summary>Remembers, across restarts, when a sync last succeeded: now.</summary>
    public void MarkSynced()
    {
        if (!File.Exists(Volume.SyncedFile))
            File.Create(Volume.SyncedFile).Dispose();
        File.SetLastWriteTimeUtc(Volume.SyncedFile, _clock.GetUtcNow().UtcDateTime);
    }

    /// <summary>Remembers, across restarts, the release that somebody was last told of. May run beside a sync.</summary>
    public void MarkNotified(string id)
    {
        // Not in staging, which a sync tidies up.
        DurableFile.Replace(Volume.NotifiedFile, id, Volume.NotifiedFile + ".new");
        Posix.SyncDirectory(Volume.Root);
    }

    /// <summary>Removes the releases that the policy does not keep, never the current one, and returns their ids.</summary>
    public IReadOnlyList<string> Collect(RetentionPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return _retention.Collect(policy);
    }

    /// <summary>Releases the volume's lock.</summary>
    public void Dispose() => _lock.Dispose();

    /// <summary>A cluster's own users have numbers only.</summary>
    private static string User => Environment.UserName is { Length: > 0 } name ? $"user '{name}'" : "a user without a name";

    private static UnauthorizedAccessException NotWritable(Volume volume, UnauthorizedAccessException cause) => new(
        $"The shared volume '{volume.Root}' cannot be written by {User}: {cause.Message} Mount it writable, and run init and sidecar as the same user.", cause);

    private void MoveInto(string target, string directory)
    {
        if (Path.Exists(target))
        {
            if (Posix.TryExchange(directory, target))
                return;
            // Without exchange, what is damaged is gone for a moment before what is sound is there.
            Posix.Rename(target, _folders.NewStagingPath());
        }

        Posix.Rename(directory, target);
    }
}
