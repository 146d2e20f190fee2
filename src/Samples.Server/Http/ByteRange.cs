using System.Globalization;

namespace Samples.Server;

/// <summary>A range of bytes, both ends included (RFC 9110 §14.1.2).</summary>
/// <param name="First">Offset of the first byte.</param>
/// <param name="Last">Offset of the last byte, less than the length.</param>
internal readonly record struct ByteRange(long First, long Last)
{
    private const string Unit = "bytes=";

    public long Length => Last - First + 1;

    /// <summary>Reads a <c>Range</c> header for a body of <paramref name="length"/> bytes.</summary>
    /// <returns>
    /// <see cref="RangeOutcome.Whole"/> for what is malformed, of another unit or asks for several ranges: a server may ignore the
    /// header, and must where it does not understand it (§14.2).
    /// </returns>
    public static RangeOutcome Parse(ReadOnlySpan<char> header, long length, out ByteRange range)
    {
        range = default;
        if (!header.StartsWith(Unit, StringComparison.OrdinalIgnoreCase))
            return RangeOutcome.Whole;

        var spec = header[Unit.Length..].Trim(" \t");
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
