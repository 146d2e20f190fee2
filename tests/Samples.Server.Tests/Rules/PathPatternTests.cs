using System.Text.RegularExpressions;
using CsCheck;

namespace Samples.Server.Tests;

public sealed class PathPatternTests
{
    [Theory]
    [InlineData("/a", "/a", true)]
    [InlineData("/a", "/a/", false)]
    [InlineData("/*", "/", true)]
    [InlineData("/*", "/a/b", true)]
    [InlineData("/blog/*", "/blog/", true)]
    [InlineData("/blog/*", "/blog", false)]
    [InlineData("/*.js", "/a/b.js", true)]
    [InlineData("/*.js", "/a/b.jsx", false)]
    [InlineData("/a/*/z", "/a/b/c/z", true)]
    [InlineData("/a/*/z", "/a/z", false)]
    [InlineData("/a*", "/abc/d", true)]
    [InlineData("/:a/b", "/x/b", true)]
    [InlineData("/:a/b", "//b", false)]
    [InlineData("/:a", "/x/y", false)]
    [InlineData("/v:major.html", "/v2.html", true)]
    [InlineData("/10:30", "/10:30", true)] // no name starts with a digit
    [InlineData("/sp%C3%A4ß", "/späß", true)]
    [InlineData("/a%2Fb", "/a%2Fb", true)]
    [InlineData("/a%2Fb", "/a/b", false)]
    public void Match_FollowsTheSyntax(string pattern, string path, bool matches)
    {
        Assert.True(PathPattern.TryParse(pattern, out var parsed, out var problem), problem);

        Assert.Equal(matches, parsed.Match(path) is not null);
        if (parsed.Exact is { } exact)
            Assert.Equal(matches, exact == path);
    }

    [Fact]
    public void Match_Captures_InTheOrderOfTheNames()
    {
        Assert.True(PathPattern.TryParse("/:lang/docs/*/:page.html", out var pattern, out _));

        Assert.Equal(["lang", "splat", "page"], pattern.Names);
        Assert.Equal(["de", "a/b", "c"], pattern.Match("/de/docs/a/b/c.html")!);
    }

    [Theory]
    [InlineData("about")]
    [InlineData("https://example.com/a")]
    [InlineData("/a?b=c")]
    [InlineData("/*/*")]
    [InlineData("/a*b*")]
    [InlineData("/:a*")]
    [InlineData("/:a/:a")]
    [InlineData("/*/:splat")]
    public void TryParse_RefusesWhatHasNoOneMeaning(string pattern)
    {
        Assert.False(PathPattern.TryParse(pattern, out _, out var problem));
        Assert.Contains(pattern, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Match_AgreesWithARegularExpression()
    {
        var pattern = Gen.Select(Gen.OneOf(Gen.Const("/a"), Gen.Const("/b"), Gen.Const("/"), Gen.Const("/:x"), Gen.Const("/p:y.q"), Gen.Const("/ab")).Array[0, 3], Gen.OneOf(Gen.Const(""), Gen.Const("/*"), Gen.Const("/a*"), Gen.Const("/*b")), Gen.OneOf(Gen.Const(""), Gen.Const("/a"), Gen.Const("/:z")))
            .Select((head, splat, tail) => string.Concat(head) + splat + tail)
            .Where(p => p.Length > 0 && Regex.Count(p, ":x") < 2 && Regex.Count(p, ":y") < 2);
        var path = Gen.Char["/abpq."].Array[0, 12].Select(characters => "/" + new string(characters));

        Gen.Select(pattern, path).Sample((text, candidate) =>
        {
            Assert.True(PathPattern.TryParse(text, out var parsed, out var problem), problem);
            var oracle = "^" + Regex.Replace(Regex.Escape(text).Replace("\\*", "(.*)", StringComparison.Ordinal), ":[a-z]", "([^/]+)") + "$";
            var expected = Regex.Match(candidate, oracle);

            var actual = parsed.Match(candidate);

            Assert.Equal(expected.Success, actual is not null);
            if (actual is not null)
                Assert.Equal(expected.Groups.Values.Skip(1).Select(g => g.Value), actual);
        });
    }
}
