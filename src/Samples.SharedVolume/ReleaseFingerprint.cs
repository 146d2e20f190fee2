using System.Text;

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
        var buffer = new char[ContentPath.MaxLength];
        // In ordinal order, all that is below a folder stands together.
        for (var i = 0; i < manifest.Files.Count; i++)
        {
            var bytes = manifest.Files.PathOf(i);
            if (bytes.Length > buffer.Length)
                buffer = new char[bytes.Length];
            var path = buffer.AsSpan(0, Encoding.UTF8.GetChars(bytes, buffer));
            // Up to where it is the path before: the folders in that were counted with it.
            var known = i == 0 ? 0 : Encoding.UTF8.GetCharCount(bytes[..bytes.CommonPrefixLength(manifest.Files.PathOf(i - 1))]);
            for (var end = 0; end < path.Length; end++)
            {
                if (path[end] == '/' && end >= known)
                    fingerprint = fingerprint.With(HashOf(path[..(end + 1)]));
            }

            ref readonly var file = ref manifest.Files.RowOf(i);
            fingerprint = fingerprint.With(OfFile(HashOf(path), file.Size, file.ModifiedTicks));
            foreach (var encoding in manifest.Files.EncodingsOf(i))
                fingerprint = fingerprint.With(OfFile(HashOf(path, encoding.Extension), encoding.Size, file.ModifiedTicks));
        }

        return fingerprint;
    }

    private static ReleaseFingerprint Below(string path, ulong prefix)
    {
        using var folder = new OpenFolder(path);
        var fingerprint = default(ReleaseFingerprint);
        folder.Visit((name, in stat) =>
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
        });

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
