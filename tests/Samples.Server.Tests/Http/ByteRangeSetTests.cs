using CsCheck;

namespace Samples.Server.Tests;

public sealed class ByteRangeSetTests
{
    private const int Most = 4;

    [Theory]
    [InlineData("bytes=0-0", 10, 0, 0)]
    [InlineData("bytes=2-5", 10, 2, 5)]
    [InlineData("Bytes=2-5", 10, 2, 5)] // RFC 9110 §14.1: units are case-insensitive
    [InlineData("bytes=2-", 10, 2, 9)]
    [InlineData("bytes=2-100", 10, 2, 9)]
    [InlineData("bytes=2-99999999999999999999999", 10, 2, 9)]
    [InlineData("bytes=-3", 10, 7, 9)]
    [InlineData("bytes=-30", 10, 0, 9)]
    public void Parse_GivesPart(string header, long length, long first, long last)
    {
        Assert.Equal(RangeOutcome.Part, ByteRangeSet.Parse(header, length, Most, out var ranges));
        Assert.Equal([new ByteRange(first, last)], ranges);
    }

    [Theory]
    [InlineData("bytes=10-", 10)]
    [InlineData("bytes=99999999999999999999-", 10)]
    [InlineData("bytes=-0", 10)]
    [InlineData("bytes=0-", 0)]
    [InlineData("bytes=0-4", 0)]
    public void Parse_IsUnsatisfiable_BeyondTheEnd(string header, long length) =>
        Assert.Equal(RangeOutcome.Unsatisfiable, ByteRangeSet.Parse(header, length, Most, out _));

    [Theory]
    [InlineData("items=0-4")]
    [InlineData("bytes")]
    [InlineData("bytes=")]
    [InlineData("bytes=-")]
    [InlineData("bytes=5")]
    [InlineData("bytes=5-2")]
    [InlineData("bytes=a-b")]
    [InlineData("bytes=+1-2")]
    [InlineData("bytes=1 - 2")]
    [InlineData("bytes=--1")]
    [InlineData("bytes=,")]
    [InlineData("bytes=0-1,x")]
    [InlineData("bytes=0-1 3-4")]
    [InlineData("bytes=0-1,20-10")]
    [InlineData("bytes=0-0,2-2,4-4,6-6,8-8")] // more than Most
    public void Parse_IsWhole_ForWhatItDoesNotUnderstand(string header) =>
        Assert.Equal(RangeOutcome.Whole, ByteRangeSet.Parse(header, 10, Most, out _));

    [Fact]
    public void Parse_IsWhole_ForASuffixOfAnEmptyBody() =>
        Assert.Equal(RangeOutcome.Whole, ByteRangeSet.Parse("bytes=-5", 0, Most, out _));

    [Theory]
    [InlineData("bytes=0-1,4-5", "0-1 4-5")]
    [InlineData("bytes=4-5,0-1", "4-5 0-1")] // as asked for
    [InlineData("bytes=0-1, 4-5\t,,-2", "0-1 4-5 8-9")]
    [InlineData("bytes=0-1,20-30,4-", "0-1 4-9")] // what is beyond the end is left out
    [InlineData("bytes=7-8,0-1,-2,3-3", "7-9 0-1 3-3")]
    public void Parse_GivesParts(string header, string expected)
    {
        Assert.Equal(RangeOutcome.Parts, ByteRangeSet.Parse(header, 10, Most, out var ranges));
        Assert.Equal(expected, string.Join(' ', ranges.Select(r => $"{r.First}-{r.Last}")));
    }

    [Theory]
    [InlineData("bytes=0-3,4-5", 0, 5)]
    [InlineData("bytes=4-5,0-3", 0, 5)]
    [InlineData("bytes=0-3,2-5", 0, 5)]
    [InlineData("bytes=0-1,4-5,2-3", 0, 5)]
    [InlineData("bytes=0-,-1,3-4,0-0", 0, 9)]
    [InlineData("bytes=2-3,10-", 2, 3)]
    public void Parse_GivesPart_WhenOneIsLeft(string header, long first, long last)
    {
        Assert.Equal(RangeOutcome.Part, ByteRangeSet.Parse(header, 10, Most, out var ranges));
        Assert.Equal([new ByteRange(first, last)], ranges);
    }

    [Fact]
    public void Parse_GivesThoseBytes_OnceEach() =>
        Gen.Select(Gen.Select(Gen.Int[0, 30], Gen.Int[0, 30]).Array[1, 8], Gen.Int[0, 25]).Sample((asked, length) =>
        {
            var specs = asked.Select(a => (First: Math.Min(a.Item1, a.Item2), Last: Math.Max(a.Item1, a.Item2))).ToArray();
            var wanted = Enumerable.Range(0, length).Where(i => specs.Any(s => s.First <= i && i <= s.Last)).Select(i => (long)i);

            var outcome = ByteRangeSet.Parse("bytes=" + string.Join(',', specs.Select(s => $"{s.First}-{s.Last}")), length, specs.Length, out var ranges);

            var sent = ranges.SelectMany(r => Enumerable.Range((int)r.First, (int)r.Length)).Select(i => (long)i).Order();
            return sent.SequenceEqual(wanted)
                && !ranges.Any(r => ranges.Any(other => r != other && r.Touches(other)))
                && outcome == (ranges.Count switch { 0 => RangeOutcome.Unsatisfiable, 1 => RangeOutcome.Part, _ => RangeOutcome.Parts });
        });

    [Fact]
    public void Parse_StaysWithinTheBody_WhateverTheHeader() =>
        Gen.Select(Gen.String[Gen.OneOf(Gen.Char["bytes=-,0123456789 \t"], Gen.Char), 0, 30], Gen.Long[0, 1000]).Sample((text, length) =>
            ByteRangeSet.Parse("bytes=" + text, length, Most, out var ranges) is RangeOutcome.Part or RangeOutcome.Parts
                ? ranges.Count is > 0 and <= Most && ranges.TrueForAll(r => r.First >= 0 && r.First <= r.Last && r.Last < length)
                : ranges.Count == 0);
}
