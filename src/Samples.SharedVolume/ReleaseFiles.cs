using System.Collections;
using System.Runtime.CompilerServices;
using System.Text;

namespace Samples.SharedVolume;

/// <summary>
/// The files of a release in ordinal order of path, each in some hundred bytes; <see cref="ReleaseFile"/>s are made when they are asked for.
/// So the memory of who reads or writes a release hardly grows with it.
/// </summary>
[CollectionBuilder(typeof(ReleaseFiles), nameof(Of))]
public sealed class ReleaseFiles : IReadOnlyList<ReleaseFile>
{
    private readonly PackedFiles _files;
    private readonly int _first;

    /// <summary>Where each file is in that; null where they came in order.</summary>
    private readonly int[]? _order;

    internal ReleaseFiles(PackedFiles files)
        : this(files, 0, files.Count)
    {
    }

    /// <param name="files">To which no more is added, or behind these only.</param>
    internal ReleaseFiles(PackedFiles files, int first, int count)
    {
        (_files, _first, Count) = (files, first, count);
        for (var i = first + 1; i < first + count && _order is null; i++)
        {
            if (PathOrder.Compare(files.PathOf(i - 1), files.PathOf(i)) > 0)
                _order = [.. Enumerable.Range(first, count)];
        }

        _order?.AsSpan().Sort((a, b) => PathOrder.Compare(files.PathOf(a), files.PathOf(b)) is not 0 and var order ? order : a - b);
    }

    public int Count { get; }

    /// <summary>Whether all encoded forms are of the codings that a release has.</summary>
    internal bool HasKnownCodingsOnly => _files.HasKnownCodingsOnly;

    internal PackedFiles Packed => _files;

    public ReleaseFile this[int index] => _files.Unpack(At(index));

    /// <exception cref="InvalidDataException">A hash is not 64 lower-case hex digits.</exception>
    public static ReleaseFiles Of(params ReadOnlySpan<ReleaseFile> files)
    {
        var packed = new PackedFiles();
        foreach (var file in files)
            packed.Add(file);
        return new ReleaseFiles(packed);
    }

    /// <summary>The file of a path, or null.</summary>
    public ReleaseFile? Find(string path) => IndexOf(Encoding.UTF8.GetBytes(path)) is >= 0 and var index ? this[index] : null;

    public IEnumerator<ReleaseFile> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Without the making of an object.</summary>
    internal ref readonly PackedFile RowOf(int index) => ref _files[At(index)];

    /// <summary>In UTF-8.</summary>
    internal ReadOnlySpan<byte> PathOf(int index) => _files.PathOf(At(index));

    internal IReadOnlyList<FileEncoding> EncodingsOf(int index) => _files.EncodingsOf(At(index));

    /// <summary>-1 where there is none.</summary>
    /// <param name="path">In UTF-8.</param>
    internal int IndexOf(ReadOnlySpan<byte> path)
    {
        var (low, high) = (0, Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = PathOrder.Compare(path, PathOf(middle));
            if (order == 0)
                return middle;
            (low, high) = order > 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }

    /// <summary>Whether a path is listed twice.</summary>
    internal bool HasTwins()
    {
        for (var i = 1; i < Count; i++)
        {
            if (PathOf(i).SequenceEqual(PathOf(i - 1)))
                return true;
        }

        return false;
    }

    private int At(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return _order is null ? _first + index : _order[index];
    }
}
