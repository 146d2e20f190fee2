namespace Samples.SharedVolume;

/// <summary>
/// What a release's document root looks like: a sum over the path, size and modification time of everything in it. As it is on disk it
/// takes one statx(2) a name and no memory; as it should be, it follows from the manifest. Where the two are the same, so are the
/// release and its manifest, but for bytes that were changed behind the back of size and time.
/// </summary>
/// <param name="Sum">Not in any order: that in which a file system lists a folder means nothing.</param>
/// <param name="Entries">Files and folders.</param>
public readonly record struct ReleaseFingerprint(ulong Sum, int Entries)
{
    private const ulong Prime = 0x9E37_79B9_7F4A_7C15;

    /// <summary>As a document root is now.</summary>
    /// <exception cref="IOException">The folder is not there or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read all of it.</exception>
    public static ReleaseFingerprint Of(string documentRoot) => Below(documentRoot, HashOf(""));

    /// <summary>As a manifest says that a document root has to be.</summary>
    public static ReleaseFingerprint Expected(ReleaseManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        var fingerprint = default(ReleaseFingerprint);
        var previous = "";
        // In ordinal order, all that is below a folder stands together.
        foreach (var file in manifest.Files)
        {
            for (var slash = file.Path.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = file.Path.IndexOf('/', slash + 1))
            {
                if (!previous.AsSpan().StartsWith(file.Path.AsSpan(0, slash + 1)))
                    fingerprint = fingerprint.With(HashOf(file.Path.AsSpan(0, slash + 1)));
            }

            previous = file.Path;
            fingerprint = fingerprint.With(OfFile(HashOf(file.Path), file.Size, file.Modified.UtcTicks));
            foreach (var encoding in file.Encodings)
                fingerprint = fingerprint.With(OfFile(HashOf(file.Path, encoding.Extension), encoding.Size, file.Modified.UtcTicks));
        }

        return fingerprint;
    }

    private static ReleaseFingerprint Below(string path, ulong prefix)
    {
        using var folder = new OpenFolder(path);
        var fingerprint = default(ReleaseFingerprint);
        foreach (var (name, stat) in folder.List())
        {
            var hash = Hash(prefix, name);
            if (stat.Kind is FileKind.Folder)
            {
                // A folder's own time says nothing that its entries do not.
                var below = Below(Path.Join(path, name), Hash(hash, "/"));
                fingerprint = new ReleaseFingerprint(fingerprint.Sum + below.Sum, fingerprint.Entries + below.Entries).With(Hash(hash, "/"));
            }
            else
            {
                // A link is nothing that a release has.
                fingerprint = fingerprint.With(OfFile(hash, stat.Kind is FileKind.File ? stat.Size : -1, stat.Modified.Ticks));
            }
        }

        return fingerprint;
    }

    private ReleaseFingerprint With(ulong entry) => new(Sum + entry, Entries + 1);

    private static ulong OfFile(ulong path, long size, long modified) => Mix(Mix(path, (ulong)size), (ulong)modified);

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
