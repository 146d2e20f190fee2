using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Samples.Hosting;

/// <summary>
/// A number of bytes as a setting writes it: plain (<c>65536</c>) or with a suffix, <c>KiB</c>, <c>MiB</c>,
/// <c>GiB</c> or <c>TiB</c> for powers of 1024, <c>KB</c>, <c>MB</c>, <c>GB</c> or <c>TB</c> for powers of 1000.
/// </summary>
public readonly record struct ByteSize(long Bytes) : ISpanParsable<ByteSize>, IComparable<ByteSize>
{
    public const string Syntax = "a number of bytes such as 65536, or with a suffix such as 64KiB, 64MiB, 1GiB";

    private static readonly (string Suffix, long Factor)[] _units =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40),
        ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
        ("B", 1),
    ];

    public static ByteSize FromKiB(long kibibytes) => new(kibibytes << 10);

    public static ByteSize FromMiB(long mebibytes) => new(mebibytes << 20);

    /// <exception cref="FormatException">The text is no size, is negative, or is 2^63 bytes or more.</exception>
    public static ByteSize Parse(string s, IFormatProvider? provider = null) => Parse(s.AsSpan(), provider);

    /// <inheritdoc cref="Parse(string, IFormatProvider?)"/>
    public static ByteSize Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var size) ? size : throw new FormatException($"'{s}' is not {Syntax}.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ByteSize result) =>
        TryParse(s.AsSpan(), provider, out result);

    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out ByteSize result)
    {
        var number = s.Trim();
        var factor = 1L;
        foreach (var (suffix, unit) in _units)
        {
            if (!number.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
                continue;
            number = number[..^suffix.Length].TrimEnd();
            factor = unit;
            break;
        }

        var parsed = long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= long.MaxValue / factor;
        result = parsed ? new ByteSize(count * factor) : default;
        return parsed;
    }

    public int CompareTo(ByteSize other) => Bytes.CompareTo(other.Bytes);

    public static bool operator <(ByteSize left, ByteSize right) => left.Bytes < right.Bytes;

    public static bool operator <=(ByteSize left, ByteSize right) => left.Bytes <= right.Bytes;

    public static bool operator >(ByteSize left, ByteSize right) => left.Bytes > right.Bytes;

    public static bool operator >=(ByteSize left, ByteSize right) => left.Bytes >= right.Bytes;

    /// <summary>In the largest binary unit that divides it: <c>64MiB</c>.</summary>
    public override string ToString()
    {
        var bytes = Bytes;
        var unit = _units.Take(4).LastOrDefault(u => bytes != 0 && bytes % u.Factor == 0);
        return unit.Suffix is null
            ? bytes.ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{bytes / unit.Factor}{unit.Suffix}");
    }
}
