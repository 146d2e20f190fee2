using Microsoft.AspNetCore.Http;

namespace Samples.Server.Tests;

public sealed class HeaderTableTests
{
    [Theory]
    [InlineData("/*\n  X-A: 1", "/a", "X-A: 1")]
    [InlineData("/*\n  X-A: 1\n/a\n  X-A: 2\n  X-B: 3", "/a", "X-A: 1, 2|X-B: 3")]
    [InlineData("/*\n  X-A: 1\n/a\n  ! X-A", "/a", "X-A: ")]
    [InlineData("/*\n  X-A: 1\n/a\n  ! X-A\n  X-A: 2", "/a", "X-A: 2")]
    [InlineData("/a\n  x-a: 1\n/a\n  X-A: 2", "/a", "x-a: 1, 2")]
    [InlineData("/movies/:title\n  X-Title: seen \":title\"", "/movies/a b", "X-Title: seen \"a%20b\"")]
    [InlineData("/*\n  Link: </a.css>; rel=preload\n  # no\n\n  X-A: b:c # d", "/x", "Link: </a.css>; rel=preload|X-A: b:c # d")]
    public void For_MergesWhatMatches(string text, string path, string expected)
    {
        var (table, problems) = Parse(text);
        var headers = new HeaderDictionary();
        foreach (var name in expected.Split('|').Select(h => h.Split(':')[0]))
            headers[name] = "before";

        table.For(path)!.Apply(headers);

        Assert.Empty(problems);
        Assert.Equal(expected.Split('|').Where(h => !h.EndsWith(": ", StringComparison.Ordinal)), headers.Select(h => $"{h.Key}: {h.Value}").Order(StringComparer.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("  X-A: 1", "below the path", 1)]
    [InlineData("X-A: 1", "a path starts with '/'", 1)]
    [InlineData("https://example.com/*\n  X-A: 1\n  X-B: 1", "a path starts with '/'", 1)]
    [InlineData("/a\n  X-A", "neither 'Name: value'", 2)]
    [InlineData("/a\n  X-A:", "has no value", 2)]
    [InlineData("/a\n  X A: 1", "no name of a header", 2)]
    [InlineData("/a\n  X-A: ä", "not ASCII", 2)]
    [InlineData("/a\n  Content-Length: 5", "the server's own", 2)]
    [InlineData("/a\n  ! Transfer-Encoding", "the server's own", 2)]
    [InlineData("/a\n  Set-Cookie: a=b", "the server's own", 2)]
    public void Parse_SaysWhatIsWrong_AndWhere(string text, string problem, int line)
    {
        var reported = Assert.Single(Parse(text + "\n/ok\n  X-Ok: 1").Problems);

        Assert.Equal(("_headers", line), (reported.File, reported.Line));
        Assert.Contains(problem, reported.Problem, StringComparison.Ordinal);
        Assert.NotNull(Parse(text + "\n/ok\n  X-Ok: 1").Table.For("/ok"));
    }

    [Fact]
    public void For_SharesWhatIsEqual()
    {
        var (table, _) = Parse("/*\n  X-A: 1\n/b\n  X-A: 2");

        Assert.Same(table.For("/a"), table.For("/c"));
        Assert.NotSame(table.For("/a"), table.For("/b"));
    }

    private static (HeaderTable Table, List<RuleProblem> Problems) Parse(string text)
    {
        var problems = new List<RuleProblem>();
        return (new HeaderTable(HeaderParser.Parse(RuleFile.Split(RuleFile.Headers, text, problems), problems)), problems);
    }
}
