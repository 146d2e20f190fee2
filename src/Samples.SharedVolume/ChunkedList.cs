using System.Numerics;
using System.Runtime.CompilerServices;

namespace Samples.SharedVolume;

/// <summary>
/// A list that grows by whole chunks: nothing of any size is copied on the way, and no chunk is so large that it would be one of the
/// large objects, which the runtime collects last.
/// </summary>
internal sealed class ChunkedList<T>
    where T : unmanaged
{
    private const int ChunkBytes = 64 << 10;
    private const int FirstLength = 16;

    private static readonly int _shift = BitOperations.Log2((uint)(ChunkBytes / Unsafe.SizeOf<T>()));
    private static readonly int _mask = (1 << _shift) - 1;

    private readonly List<T[]> _chunks = [];

    public int Count { get; private set; }

    public ref T this[int index] => ref _chunks[index >> _shift][index & _mask];

    public void Add(in T item)
    {
        var (chunk, at) = (Count >> _shift, Count & _mask);
        if (chunk == _chunks.Count)
            _chunks.Add(new T[chunk == 0 ? Math.Min(FirstLength, _mask + 1) : _mask + 1]);
        if (at == _chunks[chunk].Length)
        {
            // Only the first begins small: most releases are.
            var grown = _chunks[chunk];
            Array.Resize(ref grown, Math.Min(2 * at, _mask + 1));
            _chunks[chunk] = grown;
        }

        _chunks[chunk][at] = item;
        Count++;
    }
}
