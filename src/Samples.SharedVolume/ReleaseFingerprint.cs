using System.IO.Enumeration;

namespace Samples.SharedVolume;

/// <summary>
/// A number made of the path, size and modification time of everything below a release's directory, in one pass and without
/// memory for what it saw. While it stays the same, the release is as it was when it was last held against its manifest.
/// Good within one process only.
/// </summary>
public static class ReleaseFingerprint
{
    private const ulong Prime = 0x9E37_79B9_7F4A_7C15;

    private static readonly EnumerationOptions _everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false, RecurseSubdirectories = true };

    /// <exception cref="IOException">The directory is not there or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read all of it.</exception>
    public static ulong Of(string directory)
    {
        // A sum, since the order in which a file system lists a folder means nothing.
        var sum = 0UL;
        foreach (var entry in new FileSystemEnumerable<ulong>(directory, Read, _everything) { ShouldRecursePredicate = IsFolder })
            sum += entry;
        return sum;
    }

    private static ulong Read(ref FileSystemEntry entry)
    {
        var hash = 0UL;
        foreach (var character in entry.Directory[entry.RootDirectory.Length..])
            hash = (hash ^ character) * Prime;
        hash = Mix(hash, '/');
        foreach (var character in entry.FileName)
            hash = (hash ^ character) * Prime;
        // A folder's own time says nothing that its entries do not.
        return entry.IsDirectory ? hash : Mix(Mix(hash, (ulong)entry.Length), (ulong)entry.LastWriteTimeUtc.UtcTicks);
    }

    /// <summary>A link to a folder is an entry, not a way.</summary>
    private static bool IsFolder(ref FileSystemEntry entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint);

    private static ulong Mix(ulong hash, ulong value)
    {
        hash = (hash ^ value) * Prime;
        return hash ^ (hash >> 29);
    }
}
