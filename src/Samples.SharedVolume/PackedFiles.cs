using System.Collections;
using System.Text;

namespace Samples.SharedVolume;

/// <summary>
/// The files of a release in the order in which they came, each in some hundred bytes: as objects with strings they would take four times
/// as much. A collection to be added to, so that a manifest is read into it file by file.
/// </summary>
internal sealed class PackedFiles : ICollection<ReleaseFile>
{
    private readonly ChunkedList<PackedFile> _rows;
    private readonly ChunkedList<(byte Coding, long Size)> _encodings = new();
    private readonly PackedText _paths;

    /// <summary>The names of content codings that occur; more than two in what comes from elsewhere only.</summary>
    private readonly List<string> _codings = [FileEncoding.Brotli, FileEncoding.Gzip];

    public PackedFiles()
        : this(null)
    {
    }

    /// <param name="like">The files of the release before: what is the same in both is held once.</param>
    public PackedFiles(PackedFiles? like) => (_rows, _paths) = (new(like?._rows), new(like?._paths));

    public int Count => _rows.Count;

    bool ICollection<ReleaseFile>.IsReadOnly => false;

    /// <summary>Whether all encoded forms are of the codings that a release has.</summary>
    public bool HasKnownCodingsOnly => _codings.TrueForAll(FileEncoding.IsKnown);

    public ref readonly PackedFile this[int index] => ref _rows[index];

    /// <summary>In UTF-8.</summary>
    public ReadOnlySpan<byte> PathOf(int index) => _paths.Get(_rows[index].PathStart, _rows[index].PathLength);

    public IReadOnlyList<FileEncoding> EncodingsOf(int index)
    {
        var (start, count) = (_rows[index].EncodingsStart, _rows[index].EncodingCount);
        if (count == 0)
            return [];
        var encodings = new FileEncoding[count];
        for (var i = 0; i < count; i++)
            encodings[i] = new FileEncoding(_codings[_encodings[start + i].Coding], _encodings[start + i].Size);
        return encodings;
    }

    public ReleaseFile Unpack(int index)
    {
        ref readonly var row = ref this[index];
        return new ReleaseFile(Encoding.UTF8.GetString(PathOf(index)), row.Size, Convert.ToHexStringLower(row.Sha256),
            new DateTimeOffset(row.ModifiedTicks, TimeSpan.Zero), EncodingsOf(index));
    }

    /// <param name="path">In UTF-8.</param>
    public void Add(ReadOnlySpan<byte> path, long size, in Sha256Bytes sha256, long modifiedTicks)
    {
        if (path.Length > PackedText.MaxLength)
            throw new InvalidDataException($"it lists a path of {path.Length} bytes");
        _rows.Add(new PackedFile { Sha256 = sha256, Size = size, ModifiedTicks = modifiedTicks, PathStart = _paths.Add(path), PathLength = (ushort)path.Length });
    }

    /// <exception cref="InvalidDataException">It is no file that a manifest may list.</exception>
    public void Add(ReleaseFile item)
    {
        if (item is null || item.Encodings.Any(encoding => encoding is null))
            throw new InvalidDataException("it lists a file that is none");
        if (!Sha256Bytes.TryParse(item.Sha256, out var sha256))
            throw new InvalidDataException($"'{item.Path}' has no hash of 64 lower-case hex digits in it");
        Add(Encoding.UTF8.GetBytes(item.Path), item.Size, sha256, item.Modified.UtcTicks);
        SetEncodings(Count - 1, item.Encodings);
    }

    /// <summary>What was read of these files before knows of it, too: for those that nobody has been handed yet.</summary>
    public void SetEncodings(int index, IReadOnlyList<FileEncoding> encodings)
    {
        if (encodings.Count > byte.MaxValue)
            throw new InvalidDataException("it lists a file with hundreds of encoded forms");
        if (encodings.Count == 0 && _rows[index].EncodingCount == 0)
            return;
        ref var row = ref _rows.Own(index);
        (row.EncodingsStart, row.EncodingCount) = (_encodings.Count, (byte)encodings.Count);
        foreach (var encoding in encodings)
            _encodings.Add((CodingOf(encoding.Name), encoding.Size));
    }

    /// <inheritdoc cref="ChunkedList{T}.LetGo"/>
    public void LetGo()
    {
        _rows.LetGo();
        _paths.LetGo();
    }

    public IEnumerator<ReleaseFile> GetEnumerator() => Enumerable.Range(0, Count).Select(Unpack).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    void ICollection<ReleaseFile>.Clear() => throw new NotSupportedException();

    bool ICollection<ReleaseFile>.Contains(ReleaseFile item) => throw new NotSupportedException();

    void ICollection<ReleaseFile>.CopyTo(ReleaseFile[] array, int arrayIndex) => throw new NotSupportedException();

    bool ICollection<ReleaseFile>.Remove(ReleaseFile item) => throw new NotSupportedException();

    private byte CodingOf(string name)
    {
        var coding = _codings.IndexOf(name);
        if (coding >= 0)
            return (byte)coding;
        if (_codings.Count > byte.MaxValue)
            throw new InvalidDataException("it lists hundreds of content codings");
        _codings.Add(name);
        return (byte)(_codings.Count - 1);
    }
}
