using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Samples.SharedVolume;

/// <summary>
/// A list that grows by whole chunks: nothing of any size is copied on the way, and no chunk is so large that it would be one of the
/// large objects, which the runtime collects last. A chunk that turns out as the one of another list is shared with that.
/// </summary>
/// <param name="like">What the list may turn out to be much like, and what is not changed any more: that of the release before. Null for nothing.</param>
internal sealed class ChunkedList<T>(ChunkedList<T>? like = null)
    where T : unmanaged
{
    private const int ChunkBytes = 64 << 10;
    private const int FirstLength = 16;

    private static readonly int _shift = BitOperations.Log2((uint)(ChunkBytes / Unsafe.SizeOf<T>()));
    private static readonly int _mask = (1 << _shift) - 1;

    private readonly List<(T[] Items, bool IsShared)> _chunks = [];
    private ChunkedList<T>? _like = like;
    private T[]? _spare;

    public int Count { get; private set; }

    public ref readonly T this[int index] => ref _chunks[index >> _shift].Items[index & _mask];

    /// <summary>An item that is about to be changed.</summary>
    public ref T Own(int index)
    {
        var chunk = index >> _shift;
        if (_chunks[chunk].IsShared)
            _chunks[chunk] = ([.. _chunks[chunk].Items], false);
        return ref _chunks[chunk].Items[index & _mask];
    }

    public void Add(in T item)
    {
        var (chunk, at) = (Count >> _shift, Count & _mask);
        if (chunk == _chunks.Count)
        {
            Share(chunk - 1);
            _chunks.Add((_spare ?? new T[chunk == 0 ? Math.Min(FirstLength, _mask + 1) : _mask + 1], false));
            _spare = null;
        }

        if (at == _chunks[chunk].Items.Length)
        {
            // Only the first begins small: most releases are.
            var grown = _chunks[chunk].Items;
            Array.Resize(ref grown, Math.Min(2 * at, _mask + 1));
            _chunks[chunk] = (grown, false);
        }

        Own(Count) = item;
        Count++;
    }

    /// <summary>To be called when all is there, or the other list would be held for as long as this.</summary>
    public void LetGo() => (_like, _spare) = (null, null);

    /// <summary>A chunk that is full, if it is the same as the other list's; then its memory is free for the next.</summary>
    private void Share(int chunk)
    {
        if (chunk < 0 || _like is null || chunk >= _like._chunks.Count || _chunks[chunk].IsShared
            || !MemoryMarshal.AsBytes<T>(_chunks[chunk].Items).SequenceEqual(MemoryMarshal.AsBytes<T>(_like._chunks[chunk].Items)))
            return;
        _spare = _chunks[chunk].Items;
        _chunks[chunk] = (_like._chunks[chunk].Items, true);
    }
}
