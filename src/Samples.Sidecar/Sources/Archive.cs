using System.Formats.Tar;
using System.IO.Compression;
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

    /// <summary>Of zeros that tar(1) may pad an archive with: its largest common record.</summary>
    private const int MaxPadding = 1 << 20;

    /// <param name="name">Its extension tells the format.</param>
    /// <param name="staged">Has the archive as its scratch file, and takes the files.</param>
    /// <param name="cancellation">Ends the unpacking.</param>
    /// <exception cref="ContentRejectedException">An entry is not allowed, or the archive is damaged.</exception>
    public static void Unpack(string name, StagedRelease staged, CancellationToken cancellation)
    {
        using var file = File.OpenRead(staged.ScratchFile);
        try
        {
            if (name.EndsWith(".zip", StringComparison.Ordinal))
            {
                UnpackZip(file, staged, cancellation);
            }
            else if (name.EndsWith(".tar", StringComparison.Ordinal))
            {
                UnpackTar(file, staged, cancellation);
            }
            else
            {
                using var unzipped = new GZipStream(file, CompressionMode.Decompress);
                UnpackTar(unzipped, staged, cancellation);
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw new ContentRejectedException(RejectionReason.Corrupt, $"Refused '{name}': the archive is damaged or cut short ({e.Message})", e);
        }
    }

    private static void UnpackTar(Stream stream, StagedRelease staged, CancellationToken cancellation)
    {
        using (var reader = new TarReader(stream, leaveOpen: true))
        {
            while (reader.GetNextEntry() is { } entry)
            {
                cancellation.ThrowIfCancellationRequested();
                switch (entry.EntryType)
                {
                    case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                        staged.Add(Relative(entry.Name), entry.DataStream ?? Stream.Null, entry.ModificationTime, entry.Length, cancellation);
                        break;
                    case TarEntryType.Directory or TarEntryType.DirectoryList or TarEntryType.GlobalExtendedAttributes:
                        break;
                    case TarEntryType.SymbolicLink or TarEntryType.HardLink:
                        throw new ContentRejectedException(RejectionReason.Link, $"Refused '{entry.Name}': it is a link, to '{entry.LinkName}'.");
                    default:
                        throw new ContentRejectedException(RejectionReason.SpecialFile, $"Refused '{entry.Name}': it is no file and no folder but a {entry.EntryType}.");
                }
            }
        }

        // A checksum stands at the very end, behind the padding: an archive is whole only if that can be read.
        var padding = 0;
        for (var buffer = new byte[4096]; stream.Read(buffer) is > 0 and var read; padding += read)
        {
            if (padding > MaxPadding)
                throw new InvalidDataException("there is more behind the end of it.");
        }
    }

    private static void UnpackZip(Stream stream, StagedRelease staged, CancellationToken cancellation)
    {
        using var archive = new ZipArchive(stream, ZipArchiveMode.Read);
        foreach (var entry in archive.Entries)
        {
            cancellation.ThrowIfCancellationRequested();
            if (entry.FullName.EndsWith('/'))
                continue;

            switch ((entry.ExternalAttributes >> 16) & UnixTypeMask)
            {
                case 0 or UnixRegular:
                    using (var content = entry.Open())
                        staged.Add(Relative(entry.FullName), content, entry.LastWriteTime, entry.Length, cancellation);
                    break;
                case UnixLink:
                    throw new ContentRejectedException(RejectionReason.Link, $"Refused '{entry.FullName}': it is a link.");
                default:
                    throw new ContentRejectedException(RejectionReason.SpecialFile, $"Refused '{entry.FullName}': it is no file and no folder.");
            }
        }
    }

    /// <summary><c>tar -C site -c .</c> writes <c>./index.html</c>.</summary>
    private static string Relative(string name) => name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;
}
