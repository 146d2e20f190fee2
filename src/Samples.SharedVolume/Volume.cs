using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Samples.SharedVolume;

/// <summary>
/// The layout of the shared volume, and the reading side of its contract. Everything here is safe to use
/// without a lock, beside a writer: <c>current</c> is the only thing that ever changes, and it changes whole.
/// </summary>
/// <param name="root">The volume's mount point, <c>/data</c> by default.</param>
public sealed class Volume(string root)
{
    /// <summary>Absolute path of the mount point.</summary>
    public string Root { get; } = Path.GetFullPath(root);

    /// <summary>The one relative symlink, <c>current -> releases/&lt;id&gt;</c>.</summary>
    public string CurrentLink => Path.Combine(Root, "current");

    public string ReleasesDirectory => Path.Combine(Root, "releases");

    /// <summary>Work in progress, never read by anyone but the writer.</summary>
    public string StagingDirectory => Path.Combine(Root, ".staging");

    /// <summary>What a source keeps from one sync to the next, such as a Git repository's objects. Removing it costs a download.</summary>
    public string CacheDirectory => Path.Combine(Root, ".cache");

    public string LockFile => Path.Combine(Root, ".lock");

    /// <summary>Holds the id of a release that was rolled back to; while it exists no sync publishes.</summary>
    public string PinFile => Path.Combine(Root, ".pin");

    /// <summary>Empty; its time is that of the last sync that succeeded.</summary>
    public string SyncedFile => Path.Combine(Root, ".synced");

    /// <summary>Holds the id of the release that somebody was last told of.</summary>
    public string NotifiedFile => Path.Combine(Root, ".notified");

    public string DirectoryOf(string id) => Path.Combine(ReleasesDirectory, id);

    /// <summary>
    /// The id that <c>current</c> leads to, from a single <c>readlink(2)</c>; null where there is no link or
    /// it leads anywhere but <c>releases/&lt;id&gt;</c>. Says nothing about whether the release is there.
    /// </summary>
    public string? ReadCurrentId()
    {
        const string Prefix = "releases/";
        var target = new FileInfo(CurrentLink).LinkTarget;
        return target is not null && target.StartsWith(Prefix, StringComparison.Ordinal) && ReleaseId.IsValid(target.AsSpan(Prefix.Length))
            ? target[Prefix.Length..]
            : null;
    }

    /// <summary>The release that <c>current</c> leads to, or null where it leads to none that can be read.</summary>
    public Release? ReadCurrent() => ReadCurrentId() is { } id ? TryOpen(id) : null;

    /// <summary>Opens a release by its id; null where it does not exist or its manifest is missing or unreadable.</summary>
    public Release? TryOpen(string id)
    {
        if (!ReleaseId.IsValid(id))
            return null;

        try
        {
            return Release.Open(DirectoryOf(id));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>
    /// Ids of all complete releases with the time each was last current (for the current one: since when it
    /// has been), the latest first.
    /// </summary>
    public IReadOnlyList<RetainedRelease> ListReleases()
    {
        var directory = new DirectoryInfo(ReleasesDirectory);
        if (!directory.Exists)
            return [];

        return [.. directory.EnumerateDirectories()
            .Where(d => ReleaseId.IsValid(d.Name) && File.Exists(Path.Combine(d.FullName, Release.ManifestName)))
            .Select(d => new RetainedRelease(d.Name, new DateTimeOffset(d.LastWriteTimeUtc, TimeSpan.Zero)))
            .OrderByDescending(r => r.LastCurrentAt)
            .ThenBy(r => r.Id, StringComparer.Ordinal)];
    }

    /// <summary>The id that a rollback has pinned, or null.</summary>
    /// <exception cref="DirectoryNotFoundException">The volume itself is gone.</exception>
    public string? ReadPin() => ReadId(PinFile);

    /// <summary>The id of the release that somebody was last told of, or null.</summary>
    /// <exception cref="DirectoryNotFoundException">The volume itself is gone.</exception>
    public string? ReadNotified() => ReadId(NotifiedFile);

    /// <summary>When a sync last succeeded, this process's or an earlier one's, or null.</summary>
    public DateTimeOffset? ReadSyncedAt() => new FileInfo(SyncedFile) is { Exists: true } file ? new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero) : null;

    private static string? ReadId(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim() is { Length: > 0 } id ? id : null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (UnauthorizedAccessException) when (Directory.Exists(path))
        {
            // Put there by hand; it names no release.
            return null;
        }
    }

    /// <summary>Bytes that this user may still write.</summary>
    internal long FreeSpace => new DriveInfo(Root).AvailableFreeSpace;

    /// <summary>Bytes that the releases beside the current one hold for themselves, shared files counted once or not at all. Reads all manifests.</summary>
    public long SizeOfRetained()
    {
        var (current, counted) = (ReadCurrentId(), new HashSet<UInt128>());
        if (current is not null)
            OwnSize(current, counted);
        return ListReleases().Where(r => r.Id != current).Sum(r => OwnSize(r.Id, counted));
    }

    /// <summary>Bytes of a release's files that none of those counted before has at the same path.</summary>
    /// <param name="counted">What was counted: half of a hash over path and content, since of many releases that is a lot.</param>
    internal long OwnSize(string id, HashSet<UInt128> counted)
    {
        if (TryOpen(id)?.Manifest.Files is not { } files)
            return 0;

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (own, key) = (0L, new byte[Sha256Bytes.Length]);
        for (var i = 0; i < files.Count; i++)
        {
            hash.AppendData(files.RowOf(i).Sha256);
            hash.AppendData(files.PathOf(i));
            hash.GetHashAndReset(key);
            if (counted.Add(BinaryPrimitives.ReadUInt128LittleEndian(key)))
                own += files.RowOf(i).Size + files.EncodingsOf(i).Sum(e => e.Size);
        }

        return own;
    }

    /// <summary>The error of a full volume, which names the path and the space that was needed.</summary>
    internal IOException OutOfSpace(string path, long? needed, IOException? cause = null)
    {
        var need = needed is { } bytes ? $"it needs {bytes} bytes" : "its size is not known beforehand";
        return new IOException(
            $"No space left on the shared volume '{Root}' for '{path}': {need}, {FreeSpace} are free. Enlarge the volume, or lower Sidecar__Keep or Sidecar__MaxRetainedBytes.",
            cause)
        { HResult = cause?.HResult ?? Posix.NoSpaceLeft };
    }
}
