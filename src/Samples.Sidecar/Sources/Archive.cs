using System.Formats.Tar;
using System.IO.Compression;
using System.IO.Hashing;
using Samples.SharedVolume;

namespace Samples.Sidecar.Sources;

/// <summary>
/// Unpacks archives that may be hostile: only plain files get through, their paths and sizes are checked by
/// the staged release while they stream, and everything else is refused by its name.
/// </summary>
internal static class Archive
{
    private const int UnixTypeMask = 0xF000;
    private const int UnixLink = 0xA000;
    private const int UnixRegular = 0x8000;

    /// <summary>
    /// Of what a tar archive has between the contents of two files and behind the last: TarReader would hold a
    /// name of 2 GiB in memory, and tar(1) pads with zeros up to a record of 1 MiB.
    /// </summary>
    private const int MaxOverhead = 2 << 20;

    private const int TarBlock = 512;

    /// <param name="name">Its extension tells the format.</param>
    /// <param name="sink">Has the archive as its scratch file, and takes the files.</param>
    /// <param name="cancellation">Ends the unpacking.</param>
    /// <exception cref="ContentRejectedException">An entry is not allowed, or the archive is damaged.</exception>
    public static void Unpack(string name, ContentSink sink, CancellationToken cancellation)
    {
        if (name.EndsWith(".zip", StringComparison.Ordinal))
            Read(name, sink, file => UnpackZip(file, sink, cancellation));
        else
            UnpackTar(name, !name.EndsWith(".tar", StringComparison.Ordinal), sink, new Expansion(sink.Limits), entry => Relative(entry.Name), cancellation);
    }

    /// <summary>Unpacks a tar archive, or those of its entries that have a place.</summary>
    /// <param name="name">What it is, for errors.</param>
    /// <param name="isGzipped">Whether gzip has compressed it.</param>
    /// <param name="sink">Has the archive as its scratch file, and takes the files.</param>
    /// <param name="expansion">What may still come out of it.</param>
    /// <param name="place">The path that an entry is to have, whatever it is; null passes it over.</param>
    /// <param name="cancellation">Ends the unpacking.</param>
    /// <exception cref="ContentRejectedException">An entry is not allowed, or the archive is damaged.</exception>
    public static void UnpackTar(
        string name, bool isGzipped, ContentSink sink, Expansion expansion, Func<TarEntry, string?> place, CancellationToken cancellation) =>
        Read(name, sink, file =>
        {
            // Sees a cut only under System.IO.Compression.UseStrictValidation, which the project file turns on.
            using var unzipped = isGzipped ? new GZipStream(file, CompressionMode.Decompress) : null;
            UnpackTar(unzipped ?? file, sink, expansion, place, cancellation);
        });

    private static void Read(string name, ContentSink sink, Action<Stream> unpack)
    {
        using var file = File.OpenRead(sink.Scratch.MainFile);
        try
        {
            unpack(file);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException or OverflowException
            or ArgumentException or NotSupportedException or OutOfMemoryException or ContentRejectedException { Reason: RejectionReason.Corrupt })
        {
            // Numbers and names that no archiver writes make the BCL's readers throw all of these.
            throw new ContentRejectedException(RejectionReason.Corrupt, $"Refused '{name}': the archive is damaged or cut short ({e.Message})", e);
        }
    }

    private static void UnpackTar(Stream stream, ContentSink sink, Expansion expansion, Func<TarEntry, string?> place, CancellationToken cancellation)
    {
        var (overhead, inContent) = (0, false);
        using var observed = new ObservedStream(stream, Count);
        using var reader = new TarReader(observed);
        while (reader.GetNextEntry() is { } entry)
        {
            cancellation.ThrowIfCancellationRequested();
            inContent = true;
            if (place(entry) is { } path)
                AddTarEntry(path, entry, sink, cancellation);
            else
                Skip(entry, cancellation);
            (overhead, inContent) = (0, false);
        }

        // Less than the empty block that ends an archive: it was cut between two entries.
        if (overhead < TarBlock)
            throw new InvalidDataException("its end mark is missing.");
        // Gzip's checksum stands at the very end, behind the padding: the archive is whole only if that can be read.
        observed.CopyTo(Stream.Null);

        void Count(ReadOnlySpan<byte> block)
        {
            expansion.Spend(block.Length);
            overhead += inContent ? 0 : block.Length;
            if (overhead > MaxOverhead)
                throw new InvalidDataException($"there are more than {MaxOverhead} bytes in one place that belong to no file.");
        }
    }

    /// <summary>Reads over an entry's content: TarReader would do so too, but then nobody could end it.</summary>
    private static void Skip(TarEntry entry, CancellationToken cancellation)
    {
        if (entry.DataStream is not { } content)
            return;

        var buffer = new byte[16 * 1024];
        while (content.Read(buffer) > 0)
            cancellation.ThrowIfCancellationRequested();
    }

    private static void AddTarEntry(string path, TarEntry entry, ContentSink sink, CancellationToken cancellation)
    {
        switch (entry.EntryType)
        {
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                sink.Add(path, entry.DataStream ?? Stream.Null, entry.ModificationTime, entry.Length, cancellation);
                break;
            case TarEntryType.Directory or TarEntryType.DirectoryList or TarEntryType.GlobalExtendedAttributes:
                break;
            case var _ when !sink.Passes(path):
                break;
            case TarEntryType.SymbolicLink or TarEntryType.HardLink:
                throw new ContentRejectedException(RejectionReason.Link, $"Refused '{entry.Name}': it is a link, to '{entry.LinkName}'.");
            default:
                throw new ContentRejectedException(RejectionReason.SpecialFile, $"Refused '{entry.Name}': it is no file and no folder but a {entry.EntryType}.");
        }
    }

    private static void UnpackZip(Stream stream, ContentSink sink, CancellationToken cancellation)
    {
        ZipDirectory.Check(stream, sink.Limits);
        using var archive = new ZipArchive(stream, ZipArchiveMode.Read);
        foreach (var entry in archive.Entries)
        {
            cancellation.ThrowIfCancellationRequested();
            if (entry.FullName.EndsWith('/'))
                continue;

            switch ((entry.ExternalAttributes >> 16) & UnixTypeMask)
            {
                case 0 or UnixRegular:
                    AddZipEntry(entry, sink, cancellation);
                    break;
                case var _ when !sink.Passes(Relative(entry.FullName)):
                    break;
                case UnixLink:
                    throw new ContentRejectedException(RejectionReason.Link, $"Refused '{entry.FullName}': it is a link.");
                default:
                    throw new ContentRejectedException(RejectionReason.SpecialFile, $"Refused '{entry.FullName}': it is no file and no folder.");
            }
        }
    }

    /// <summary>ZipArchive believes what the directory says of an entry; here it is held against what comes out.</summary>
    private static void AddZipEntry(ZipArchiveEntry entry, ContentSink sink, CancellationToken cancellation)
    {
        if (entry.IsEncrypted)
            throw new InvalidDataException($"'{entry.FullName}' is encrypted.");

        var (length, checksum) = (0L, new Crc32());
        using var content = new ObservedStream(entry.Open(), block =>
        {
            length += block.Length;
            checksum.Append(block);
        });
        sink.Add(Relative(entry.FullName), content, entry.LastWriteTime, entry.Length, cancellation);
        if (length != entry.Length || checksum.GetCurrentHashAsUInt32() != entry.Crc32)
            throw new InvalidDataException($"'{entry.FullName}' has not the size and checksum that the archive's directory says.");
    }

    /// <summary><c>tar -C site -c .</c> writes <c>./index.html</c>.</summary>
    public static string Relative(string name) => name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;
}
