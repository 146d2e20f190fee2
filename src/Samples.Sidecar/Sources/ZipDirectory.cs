using System.Buffers.Binary;
using Samples.SharedVolume;

namespace Samples.Sidecar.Sources;

/// <summary>
/// Walks through a zip archive's central directory (APPNOTE 4.3.12 to 4.3.16) before ZipArchive does, which holds all of it in memory, whatever
/// number of entries it announces.
/// </summary>
internal static class ZipDirectory
{
    private const uint EndSignature = 0x06054b50;
    private const uint LocatorSignature = 0x07064b50;
    private const uint End64Signature = 0x06064b50;
    private const uint EntrySignature = 0x02014b50;

    private const int EndSize = 22;
    private const int MaxCommentSize = ushort.MaxValue;
    private const int LocatorSize = 20;
    private const int End64Size = 56;
    private const int EntrySize = 46;

    /// <summary>Of the directory, in bytes: names, attributes and comments.</summary>
    private const long MaxBytes = 64 << 20;

    /// <param name="archive">Is left at its beginning.</param>
    /// <param name="limits">An archive may have a folder with each file that is allowed.</param>
    /// <exception cref="ContentRejectedException">The directory is larger than that.</exception>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public static void Check(Stream archive, ContentLimits limits)
    {
        archive.Position = FindStart(archive);
        Span<byte> entry = stackalloc byte[EntrySize];
        var (count, start) = (0L, archive.Position);
        while (archive.ReadAtLeast(entry, EntrySize, throwOnEndOfStream: false) == EntrySize && BinaryPrimitives.ReadUInt32LittleEndian(entry) == EntrySignature)
        {
            archive.Seek(Number16(entry, 28) + Number16(entry, 30) + Number16(entry, 32), SeekOrigin.Current);
            if (++count > 2L * limits.MaxFiles)
                throw new ContentRejectedException(RejectionReason.TooManyFiles, $"Refused the archive: it has more entries than twice the limit of {limits.MaxFiles} files.");
            if (archive.Position - start > MaxBytes)
                throw new ContentRejectedException(RejectionReason.ReleaseTooLarge, $"Refused the archive: its directory is larger than {MaxBytes} bytes.");
        }

        archive.Position = 0;
    }

    /// <summary>Where the directory begins, by the record at the archive's end.</summary>
    private static long FindStart(Stream archive)
    {
        var tail = new byte[Math.Min(archive.Length, EndSize + MaxCommentSize)];
        archive.Position = archive.Length - tail.Length;
        archive.ReadExactly(tail);
        Span<byte> signature = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(signature, EndSignature);
        var at = tail.Length < EndSize ? -1 : tail.AsSpan(0, tail.Length - EndSize + 4).LastIndexOf(signature);
        if (at < 0)
            throw new InvalidDataException("its directory is missing.");

        var end = tail.AsSpan(at);
        var is64 = Number16(end, 4) == ushort.MaxValue || Number16(end, 10) == ushort.MaxValue || Number32(end, 16) == uint.MaxValue;
        var start = (is64 ? FindStart64(archive, archive.Length - tail.Length + at) : null) ?? Number32(end, 16);
        return start >= 0 && start < archive.Length ? start : throw new InvalidDataException("its directory is not where it should be.");
    }

    /// <summary>Null where the numbers only look as if they were elsewhere: an archive may have 65,535 entries.</summary>
    private static long? FindStart64(Stream archive, long end) =>
        Read(archive, end - LocatorSize, LocatorSize, LocatorSignature) is { } locator
        && Read(archive, (long)BinaryPrimitives.ReadUInt64LittleEndian(locator.AsSpan(8)), End64Size, End64Signature) is { } record
            ? (long)BinaryPrimitives.ReadUInt64LittleEndian(record.AsSpan(48))
            : null;

    private static byte[]? Read(Stream archive, long at, int size, uint signature)
    {
        if (at < 0 || at > archive.Length - size)
            return null;
        var bytes = new byte[size];
        archive.Position = at;
        archive.ReadExactly(bytes);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes) == signature ? bytes : null;
    }

    private static int Number16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static long Number32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
}
