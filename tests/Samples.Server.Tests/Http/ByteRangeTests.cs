using CsCheck;

namespace Samples.Server.Tests;

public sealed class ByteRangeTests
{
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
        Assert.Equal(RangeOutcome.Part, ByteRange.Parse(header, length, out var range));
        Assert.Equal(new ByteRange(first, last), range);
    }

    [Theory]
    [InlineData("bytes=10-", 10)]
    [InlineData("bytes=99999999999999999999-", 10)]
    [InlineData("bytes=-0", 10)]
    [InlineData("bytes=0-", 0)]
    [InlineData("bytes=0-4", 0)]
    public void Parse_IsUnsatisfiable_BeyondTheEnd(string header, long length) =>
        Assert.Equal(RangeOutcome.Unsatisfiable, ByteRange.Parse(header, length, out _));

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
    [InlineData("bytes=0-1,3-4")]
    public void Parse_IsWhole_ForWhatItDoesNotUnderstand(string header) =>
        Assert.Equal(RangeOutcome.Whole, ByteRange.Parse(header, 10, out _));

    [Fact]
    public void Parse_IsWhole_ForASuffixOfAnEmptyBody() =>
        Assert.Equal(RangeOutcome.Whole, ByteRange.Parse("bytes=-5", 0, out _));

    [Fact]
    public void Parse_GivesWhatIsAskedFor_WithinTheBody() =>
        Gen.Select(Gen.Long[0, 100], Gen.Long[0, 100], Gen.Long[0, 100]).Sample((first, last, length) =>
        {
            var outcome = ByteRange.Parse($"bytes={first}-{last}", length, out var range);

            return last < first ? outcome == RangeOutcome.Whole
                : first >= length ? outcome == RangeOutcome.Unsatisfiable
                : outcome == RangeOutcome.Part && range == new ByteRange(first, Math.Min(last, length - 1));
        });

    [Fact]
    public void Parse_StaysWithinTheBody_WhateverTheHeader() =>
        Gen.Select(Gen.String[Gen.OneOf(Gen.Char["bytes=-,0123456789 \t"], Gen.Char), 0, 30], Gen.Long[0, 1000]).Sample((text, length) =>
            ByteRange.Parse("bytes=" + text, length, out var range) != RangeOutcome.Part
            || (range.First >= 0 && range.First <= range.Last && range.Last < length));
}
