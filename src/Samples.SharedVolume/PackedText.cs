namespace Samples.SharedVolume;

/// <summary>Many short texts in a few blocks of bytes.</summary>
internal sealed class PackedText
{
    /// <summary>Of one text, in bytes.</summary>
    public const int MaxLength = ushort.MaxValue;

    private const int BlockShift = 16;
    private const int BlockSize = 1 << BlockShift;
    private const int FirstSize = 1 << 10;

    private readonly List<byte[]> _blocks = [];
    private int _used = BlockSize;

    /// <summary>Where the text begins, for <see cref="Get"/>.</summary>
    public int Add(ReadOnlySpan<byte> text)
    {
        if (_used + text.Length > BlockSize)
        {
            _blocks.Add(new byte[_blocks.Count == 0 ? FirstSize : BlockSize]);
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
}
