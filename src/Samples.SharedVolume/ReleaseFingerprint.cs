namespace Samples.SharedVolume;

/// <summary>
/// A number made of the path, size and modification time of everything in a release's document root. As it is on disk it takes one
/// statx(2) a name and no memory; as it should be, it follows from the manifest. Where the two are the same, so are the release and
/// its manifest, but for bytes that were changed behind the back of size and time.
/// </summary>
public static class ReleaseFingerprint
{
    private const ulong Prime = 0x9E37_79B9_7F4A_7C15;

    /// <summary>Of what is on disk.</summary>
    /// <exception cref="IOException">The folder is not there or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read all of it.</exception>
    public static ulong Of(string documentRoot) => Below(documentRoot, HashOf(""));

    /// <summary>Of what was published.</summary>
    public static ulong Of(ReleaseManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        var sum = 0UL;
        var folder = "";
        // In ordinal order, all that is below a folder stands together.
        foreach (var file in manifest.Files)
        {
            for (var slash = file.Path.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = file.Path.IndexOf('/', slash + 1))
            {
                if (!folder.AsSpan().StartsWith(file.Path.AsSpan(0, slash + 1)))
                    sum += HashOf(file.Path.AsSpan(0, slash + 1));
            }

            folder = file.Path;
            sum += Entry(HashOf(file.Path), file.Size, file.Modified.UtcTicks);
            foreach (var encoding in file.Encodings)
                sum += Entry(HashOf(file.Path, encoding.Extension), encoding.Size, file.Modified.UtcTicks);
        }

        return sum;
    }

    /// <summary>A sum, since the order in which a file system lists a folder means nothing.</summary>
    private static ulong Below(string path, ulong prefix)
    {
        using var folder = new OpenFolder(path);
        var sum = 0UL;
        foreach (var (name, stat) in folder.List())
        {
            var hash = Hash(prefix, name);
            // A folder's own time says nothing that its entries do not. A link is nothing that a release has.
            if (stat.Kind is FileKind.Folder)
                sum += Hash(hash, "/") + Below(Path.Join(path, name), Hash(hash, "/"));
            else
                sum += Entry(hash, stat.Kind is FileKind.File ? stat.Size : -1, stat.Modified.Ticks);
        }

        return sum;
    }

    private static ulong Entry(ulong hash, long size, long modified) => Mix(Mix(hash, (ulong)size), (ulong)modified);

    private static ulong HashOf(ReadOnlySpan<char> path, string more = "") => Hash(Hash(Prime, path), more);

    private static ulong Hash(ulong hash, ReadOnlySpan<char> text)
    {
        foreach (var character in text)
            hash = (hash ^ character) * Prime;
        return hash;
    }

    private static ulong Mix(ulong hash, ulong value)
    {
        hash = (hash ^ value) * Prime;
        return hash ^ (hash >> 29);
    }
}
