namespace Samples.SharedVolume;

/// <summary>
/// The ordinal order of paths, which release ids and manifests are made in, of paths in UTF-8. That is the order of their UTF-16 units:
/// U+E000 to U+FFFF come behind all that lies beyond, which is written with surrogates.
/// </summary>
internal static class PathOrder
{
    public static int Compare(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        var same = one.CommonPrefixLength(other);
        return same == one.Length || same == other.Length ? one.Length - other.Length : RankOf(one[same]) - RankOf(other[same]);
    }

    /// <summary>EE and EF begin U+E000 to U+FFFF, F0 to F4 what is beyond; no other byte of a character is as high.</summary>
    private static int RankOf(byte unit) => unit is 0xEE or 0xEF ? unit + 0x10 : unit;
}
