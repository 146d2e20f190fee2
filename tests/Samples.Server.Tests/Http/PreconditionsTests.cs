using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Samples.Server.Tests;

public sealed class PreconditionsTests
{
    private const string ETag = "\"abc\"";
    private const string Before = "Thu, 01 Jan 2026 00:00:00 GMT";
    private const string At = "Fri, 02 Jan 2026 03:04:05 GMT";
    private const string After = "Sat, 03 Jan 2026 00:00:00 GMT";

    [Theory]
    [InlineData("\"abc\"", "NotModified")]
    [InlineData("W/\"abc\"", "NotModified")] // weak comparison
    [InlineData("*", "NotModified")]
    [InlineData("\"x\", W/\"y\", \"abc\"", "NotModified")]
    [InlineData("\"x\",,\"abc\"", "NotModified")]
    [InlineData("\"x,y\",\"abc\"", "NotModified")] // a comma within a tag
    [InlineData("\"abc-br\"", "Proceed")]
    [InlineData("\"ABC\"", "Proceed")]
    [InlineData("abc", "Proceed")]
    [InlineData("\"abc", "Proceed")]
    [InlineData("", "Proceed")]
    public void IfNoneMatch(string value, string outcome) => AssertOutcome(outcome, ("If-None-Match", value));

    [Theory]
    [InlineData("\"abc\"", "Proceed")]
    [InlineData("\"x\", \"abc\"", "Proceed")]
    [InlineData("*", "Proceed")]
    [InlineData("W/\"abc\"", "Failed")] // strong comparison
    [InlineData("\"x\"", "Failed")]
    public void IfMatch(string value, string outcome) => AssertOutcome(outcome, ("If-Match", value));

    [Theory]
    [InlineData(Before, "Proceed")]
    [InlineData(At, "NotModified")]
    [InlineData(After, "NotModified")]
    [InlineData("Friday, 02-Jan-26 03:04:05 GMT", "NotModified")] // RFC 850
    [InlineData("Fri Jan  2 03:04:05 2026", "NotModified")] // asctime
    [InlineData("yesterday", "Proceed")]
    public void IfModifiedSince(string value, string outcome) => AssertOutcome(outcome, ("If-Modified-Since", value));

    [Theory]
    [InlineData(Before, "Failed")]
    [InlineData(At, "Proceed")]
    [InlineData("yesterday", "Proceed")]
    public void IfUnmodifiedSince(string value, string outcome) => AssertOutcome(outcome, ("If-Unmodified-Since", value));

    [Fact]
    public void Evaluate_KeepsTheOrder_OfTheStandard()
    {
        AssertOutcome("Proceed", ("If-None-Match", "\"x\""), ("If-Modified-Since", After)); // the tag overrules the date
        AssertOutcome("Proceed", ("If-Match", ETag), ("If-Unmodified-Since", Before));
        AssertOutcome("Failed", ("If-Match", "\"x\""), ("If-None-Match", ETag)); // If-Match comes first
        AssertOutcome("NotModified", ("If-Match", ETag), ("If-None-Match", ETag));
        AssertOutcome("Failed", ("If-Unmodified-Since", Before), ("If-None-Match", ETag));
    }

    [Fact]
    public void IfNoneMatch_ReadsAllLines()
    {
        var headers = new HeaderDictionary { ["If-None-Match"] = new StringValues(["\"x\"", ETag]) };

        Assert.Equal(PreconditionOutcome.NotModified, Preconditions.Evaluate(headers, ETag, TestFile.DefaultModified));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(ETag, true)]
    [InlineData("W/\"abc\"", false)]
    [InlineData("\"x\"", false)]
    [InlineData(At, true)]
    [InlineData(Before, false)]
    [InlineData(After, false)]
    public void RangeApplies_OnlyToThisRepresentation(string? ifRange, bool applies) =>
        Assert.Equal(applies, Preconditions.RangeApplies(ifRange, ETag, TestFile.DefaultModified));

    private static void AssertOutcome(string expected, params (string Name, string Value)[] headers)
    {
        var dictionary = new HeaderDictionary();
        foreach (var (name, value) in headers)
            dictionary[name] = value;

        Assert.Equal(expected, Preconditions.Evaluate(dictionary, ETag, TestFile.DefaultModified).ToString());
    }
}
