using System.IO.Enumeration;

namespace Samples.SharedVolume;

/// <summary>
/// What a release's directory looks like: a sum over the path, size and modification time of everything in it. It is taken in one
/// pass, without memory for what was seen, and the manifest tells what it has to be. Good within one process only.
/// </summary>
/// <param name="Sum">Not in any order: that in which a file system lists a folder means nothing.</param>
/// <param name="Entries">Files and folders.</param>
public readonly record struct ReleaseFingerprint(ulong Sum, int Entries)
{
    private const ulong Prime = 0x9E37_79B9_7F4A_7C15;

    private static readonly EnumerationOptions _everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false, RecurseSubdirectories = true };

    /// <summary>As a release's directory is now.</summary>
    /// <exception cref="IOException">It is not there or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read all of it.</exception>
    public static ReleaseFingerprint Of(string directory)
    {
        var (sum, entries) = (0UL, 0);
        foreach (var entry in new FileSystemEnumerable<ulong>(directory, Read, _everything) { ShouldRecursePredicate = IsFolder })
        {
            sum += entry;
            entries++;
        }

        return new ReleaseFingerprint(sum, entries);
    }

    /// <summary>As a release's directory has to be by its manifest, whose own file is taken as it is.</summary>
    public static ReleaseFingerprint Expected(Release release)
    {
        ArgumentNullException.ThrowIfNull(release);
        var manifest = new FileInfo(Path.Combine(release.Directory, Release.ManifestName));
        var (sum, entries) = (OfFile(OfPath("", Release.ManifestName), manifest.Length, manifest.LastWriteTimeUtc), 1);
        var folders = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in release.Manifest.Files)
        {
            var path = $"{Release.DocumentRootName}/{file.Path}";
            AddFile(path, file.Size, file.Modified);
            foreach (var encoding in file.Encodings)
                AddFile(path + encoding.Extension, encoding.Size, file.Modified);
            for (var slash = path.LastIndexOf('/'); slash > 0 && folders.Add(path[..slash]); slash = path.LastIndexOf('/', slash - 1))
                Add(OfPath(path[..slash]));
        }

        return new ReleaseFingerprint(sum, entries);

        void AddFile(string path, long size, DateTimeOffset modified) => Add(OfFile(OfPath(path), size, modified.UtcDateTime));

        void Add(ulong entry) => (sum, entries) = (sum + entry, entries + 1);
    }

    private static ulong Read(ref FileSystemEntry entry)
    {
        var hash = OfPath(entry.Directory[entry.RootDirectory.Length..].TrimStart('/'), entry.FileName);
        // A folder's own time says nothing that its entries do not.
        return entry.IsDirectory ? hash : OfFile(hash, entry.Length, entry.LastWriteTimeUtc.UtcDateTime);
    }

    /// <summary>A link to a folder is an entry, not a way.</summary>
    private static bool IsFolder(ref FileSystemEntry entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint);

    private static ulong OfPath(string path) =>
        path.LastIndexOf('/') is var slash and >= 0 ? OfPath(path.AsSpan(0, slash), path.AsSpan(slash + 1)) : OfPath("", path);

    private static ulong OfPath(ReadOnlySpan<char> folder, ReadOnlySpan<char> name)
    {
        var hash = 0UL;
        foreach (var character in folder)
            hash = (hash ^ character) * Prime;
        hash = Mix(hash, '/');
        foreach (var character in name)
            hash = (hash ^ character) * Prime;
        return Mix(hash, (ulong)name.Length);
    }

    private static ulong OfFile(ulong path, long size, DateTime modified) => Mix(Mix(path, (ulong)size), (ulong)modified.Ticks);

    private static ulong Mix(ulong hash, ulong value)
    {
        hash = (hash ^ value) * Prime;
        return hash ^ (hash >> 29);
    }
}
