using System.Buffers.Binary;
using System.IO.Compression;

namespace Samples.Sidecar.Sources.Git;

/// <summary>
/// A pack by its index (gitformat-pack(5), version 2): which objects are in it, and a way to read a large one as a stream, which libgit2 has
/// not: it holds every object whole.
/// </summary>
internal sealed class GitPack
{
    private const uint Magic = 0xFF744F63;
    private const int FanoutEnd = 8 + (256 * 4);
    private const int PlainBlob = 3;

    private readonly string _path;
    private readonly byte[] _index;
    private readonly int _count;

    /// <param name="path">Of the <c>.pack</c>; the <c>.idx</c> lies beside it.</param>
    /// <exception cref="InvalidDataException">The index is damaged, or of another version.</exception>
    public GitPack(string path)
    {
        _path = path;
        _index = File.ReadAllBytes(Path.ChangeExtension(path, ".idx"));
        if (_index.Length < FanoutEnd || ReadUInt32(0) != Magic || ReadUInt32(4) != 2)
            throw new InvalidDataException($"'{path}' has no index of version 2");
        _count = (int)ReadUInt32(FanoutEnd - 4);
        if (_count < 0 || _index.Length < FanoutEnd + (_count * (GitId.Length + 8L)))
            throw new InvalidDataException($"the index of '{path}' is cut short");
    }

    /// <summary>All packs of a repository, the largest first.</summary>
    public static string[] In(string repository) =>
        [.. new DirectoryInfo(Path.Combine(repository, "objects", "pack")).EnumerateFiles("*.pack").OrderByDescending(file => file.Length).Select(file => file.FullName)];

    public bool Has(GitId id) => Find(id) >= 0;

    /// <summary>A blob that is stored as it is, to be read from front to back; null where it is elsewhere, or stored as a difference from another.</summary>
    /// <exception cref="InvalidDataException">What is stored is damaged; also from reading the stream.</exception>
    public Stream? OpenRead(GitId id)
    {
        var position = Find(id);
        if (position < 0)
            return null;

        var file = File.OpenRead(_path);
        try
        {
            file.Position = OffsetOf(position);
            // Three bits of the first byte are the type, the rest is the size; the high bit says that another byte follows.
            int header = file.ReadByte(), type = (header >> 4) & 7;
            for (var next = header; (next & 0x80) != 0 && next >= 0;)
                next = file.ReadByte();
            if (type == PlainBlob && header >= 0)
                return new ZLibStream(file, CompressionMode.Decompress);
        }
        catch
        {
            file.Dispose();
            throw;
        }

        file.Dispose();
        return null;
    }

    private int Find(GitId id)
    {
        Span<byte> wanted = stackalloc byte[GitId.Length];
        id.CopyTo(wanted);
        var (low, high) = (wanted[0] == 0 ? 0 : (int)ReadUInt32(8 + ((wanted[0] - 1) * 4)), (int)ReadUInt32(8 + (wanted[0] * 4)) - 1);
        high = Math.Min(high, _count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = wanted.SequenceCompareTo(_index.AsSpan(FanoutEnd + (middle * GitId.Length), GitId.Length));
            if (order == 0)
                return middle;
            (low, high) = order > 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }

    private long OffsetOf(int position)
    {
        var offsets = FanoutEnd + (_count * (GitId.Length + 4));
        var offset = ReadUInt32(offsets + (position * 4));
        // Beyond 2 GiB: a place in a table of larger numbers.
        return (offset & 0x8000_0000) == 0
            ? offset
            : BinaryPrimitives.ReadInt64BigEndian(_index.AsSpan(offsets + (_count * 4) + ((int)(offset & 0x7FFF_FFFF) * 8)));
    }

    private uint ReadUInt32(int at) => BinaryPrimitives.ReadUInt32BigEndian(_index.AsSpan(at));
}
