namespace Samples.Server;

/// <summary>
/// The ranges of one <c>Range</c> header for one body: each within it, no two of them touching, in the order asked for
/// (RFC 9110 §15.3.7.2). What overlaps or adjoins is one range, so no header makes an answer longer than the body and its parts' headers.
/// </summary>
internal static class ByteRangeSet
{
    private const string Unit = "bytes=";

    /// <param name="header">The header's value.</param>
    /// <param name="length">The body's, in bytes.</param>
    /// <param name="most">Ranges that may be asked for at once; of more, none is looked at, and the answer is the whole body.</param>
    /// <param name="ranges">One for <see cref="RangeOutcome.Part"/>, more for <see cref="RangeOutcome.Parts"/>, else none.</param>
    /// <returns>
    /// <see cref="RangeOutcome.Whole"/> where any of it is malformed: a header that is not understood is to be ignored, not guessed at
    /// (§14.2). <see cref="RangeOutcome.Unsatisfiable"/> where no range begins within the body.
    /// </returns>
    public static RangeOutcome Parse(ReadOnlySpan<char> header, long length, int most, out List<ByteRange> ranges)
    {
        ranges = [];
        if (!header.StartsWith(Unit, StringComparison.OrdinalIgnoreCase))
            return RangeOutcome.Whole;

        var (asked, emptyBody) = (0, false);
        var members = header[Unit.Length..];
        foreach (var position in members.Split(','))
        {
            var member = members[position].Trim(" \t");
            if (member.IsEmpty)
                continue; // "1,,2" is a list of two (§5.6.1.2)
            if (++asked > most)
                return None(ranges);

            switch (ByteRange.ParseSpec(member, length, out var range))
            {
                case RangeOutcome.Part:
                    Add(ranges, range);
                    break;
                case RangeOutcome.Whole when length == 0 && ByteRange.IsSuffix(member):
                    emptyBody = true;
                    break;
                case RangeOutcome.Whole:
                    return None(ranges);
            }
        }

        return (asked, ranges.Count) switch
        {
            (0, _) => RangeOutcome.Whole,
            (_, 0) => emptyBody ? RangeOutcome.Whole : RangeOutcome.Unsatisfiable,
            (_, 1) => RangeOutcome.Part,
            _ => RangeOutcome.Parts,
        };
    }

    private static RangeOutcome None(List<ByteRange> ranges)
    {
        ranges.Clear();
        return RangeOutcome.Whole;
    }

    /// <summary>Takes in whatever the new range touches, in the place of the first that it does.</summary>
    private static void Add(List<ByteRange> ranges, ByteRange range)
    {
        var place = ranges.Count;
        for (var i = ranges.Count - 1; i >= 0; i--)
        {
            if (!ranges[i].Touches(range))
                continue;
            range = new ByteRange(Math.Min(range.First, ranges[i].First), Math.Max(range.Last, ranges[i].Last));
            ranges.RemoveAt(i);
            place = i;
        }

        ranges.Insert(place, range);
    }
}
