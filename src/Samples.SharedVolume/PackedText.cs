namespace Samples.SharedVolume;

/// <summary>Many short texts in a few blocks of bytes. A block that turns out as the one of another is shared with that.</summary>
/// <param name="like">What it may turn out to be much like; null for nothing.</param>
internal sealed class PackedText(PackedText? like = null)
{
    /// <summary>Of one text, in bytes.</summary>
    public const int MaxLength = ushort.MaxValue;

    private const int BlockShift = 16;
    private const int BlockSize = 1 << BlockShift;
    private const int FirstSize = 1 << 10;

    private readonly List<byte[]> _blocks = [];
    private int _used = BlockSize;
    private PackedText? _like = like;

    /// <summary>Where the text begins, for <see cref="Get"/>.</summary>
    public int Add(ReadOnlySpan<byte> text)
    {
        if (_used + text.Length > BlockSize)
        {
            _blocks.Add(TakeSpare() ?? new byte[_blocks.Count == 0 ? FirstSize : BlockSize]);
            _used = 0;
        }

        var block = _blocks[^1];
        if (_used + text.Length > block.Length)
        {
            Array.Resize(ref block, Math.Min(Math.Max(2 * block.Length, _used + text.Length), BlockSize));
            _blocks[^1] = block;
        }

        text.CopyTo(block.AsSpan(_used));
        var start = ((_blocks.Count - 1) << BlockShift) | _used;
        _used += text.Length;
        return start;
    }

    public ReadOnlySpan<byte> Get(int start, int length) => _blocks[start >>> BlockShift].AsSpan(start & (BlockSize - 1), length);

    /// <inheritdoc cref="ChunkedList{T}.LetGo"/>
    public void LetGo() => _like = null;

    /// <summary>Where the block that is full is the same as the other's, its memory is free for the next: what is full is never written to again.</summary>
    private byte[]? TakeSpare()
    {
        var last = _blocks.Count - 1;
        if (last < 0 || _like is null || last >= _like._blocks.Count)
            return null;
        var (mine, other) = (_blocks[last], _like._blocks[last]);
        if (other.Length != mine.Length || !mine.AsSpan(0, _used).SequenceEqual(other.AsSpan(0, _used)))
            return null;
        _blocks[last] = other;
        return mine;
    }
}
