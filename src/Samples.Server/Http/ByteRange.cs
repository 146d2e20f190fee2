using System.Globalization;

namespace Samples.Server;

/// <summary>A range of bytes, both ends included (RFC 9110 §14.1.2).</summary>
/// <param name="First">Offset of the first byte.</param>
/// <param name="Last">Offset of the last byte, less than the length.</param>
internal readonly record struct ByteRange(long First, long Last)
{
    public long Length => Last - First + 1;

    /// <summary>Whether the two overlap, or one begins where the other ends.</summary>
    public bool Touches(ByteRange other) => First <= other.Last + 1 && other.First <= Last + 1;

    /// <summary>Reads one member of a <c>Range</c> header, without space around it, for a body of <paramref name="length"/> bytes.</summary>
    /// <returns><see cref="RangeOutcome.Whole"/> for what is malformed, and for a suffix of nothing.</returns>
    public static RangeOutcome ParseSpec(ReadOnlySpan<char> spec, long length, out ByteRange range)
    {
        range = default;
        var dash = spec.IndexOf('-');
        if (dash < 0)
            return RangeOutcome.Whole;

        var firstText = spec[..dash];
        var lastText = spec[(dash + 1)..];
        if (firstText.IsEmpty)
            return ParseSuffix(lastText, length, out range);

        var last = long.MaxValue;
        if (!TryParse(firstText, out var first) || (!lastText.IsEmpty && !TryParse(lastText, out last)) || last < first)
            return RangeOutcome.Whole;
        if (first >= length)
            return RangeOutcome.Unsatisfiable;

        range = new ByteRange(first, Math.Min(last, length - 1));
        return RangeOutcome.Part;
    }

    /// <summary>Whether a member is <c>-</c> and a number.</summary>
    public static bool IsSuffix(ReadOnlySpan<char> spec) => spec.StartsWith('-') && TryParse(spec[1..], out _);

    /// <summary>The last <paramref name="text"/> bytes, or all where there are fewer.</summary>
    private static RangeOutcome ParseSuffix(ReadOnlySpan<char> text, long length, out ByteRange range)
    {
        range = default;
        if (!TryParse(text, out var suffix))
            return RangeOutcome.Whole;
        if (suffix == 0)
            return RangeOutcome.Unsatisfiable;
        if (length == 0)
            return RangeOutcome.Whole; // satisfiable, but no Content-Range can say so

        range = new ByteRange(Math.Max(0, length - suffix), length - 1);
        return RangeOutcome.Part;
    }

    /// <summary>1*DIGIT; beyond 2^63 it is as good as the largest number.</summary>
    private static bool TryParse(ReadOnlySpan<char> digits, out long value)
    {
        value = 0;
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange('0', '9'))
            return false;
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value))
            value = long.MaxValue;
        return true;
    }
}
