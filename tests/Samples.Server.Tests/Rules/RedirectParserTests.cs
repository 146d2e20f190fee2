using CsCheck;

namespace Samples.Server.Tests;

public sealed class RedirectParserTests
{
    [Fact]
    public void Parse_ReadsRules_AndPassesOverComments()
    {
        var (rules, problems) = Parse("# moved\n\n/old /new\n/blog/* /news/:splat 302 # for now\n\t/app/*\t/index.html\t200!\r\n");

        Assert.Empty(problems);
        Assert.Equal(
            [(3, "/old", "/new", 301, false), (4, "/blog/*", "/news/:splat", 302, false), (5, "/app/*", "/index.html", 200, true)],
            rules.Select(r => (r.Line, r.From.Text, r.Target.Text, r.Status, r.Forced)));
    }

    [Theory]
    [InlineData("/alone", "leads nowhere")]
    [InlineData("old /new", "a path starts with '/'")]
    [InlineData("/old new", "neither a path")]
    [InlineData("/old //evil.example", "another site's address")]
    [InlineData("/old javascript:alert(1)", "neither a path")]
    [InlineData("/old https://user:password@host/", "neither a path")]
    [InlineData("/old /new 418", "The status '418'")]
    [InlineData("/old /new x", "The status 'x'")]
    [InlineData("/old https://example.com/ 200", "needs a YARP route")]
    [InlineData("/old /new?x=1 200", "leads to a file")]
    [InlineData("/* https://:splat/", "choose the host")]
    [InlineData("/:h https://:h.example.com/", "choose the host")]
    [InlineData("/* https://example.com:splat", "choose the host")]
    [InlineData("/old /new 301 Country=de", "Conditions")]
    [InlineData("/old id=:id /new", "Conditions")]
    [InlineData("/old /new\n/old /newer", "line 1 is for '/old' as well")]
    public void Parse_SaysWhatIsWrong_AndWhere(string text, string problem)
    {
        var reported = Assert.Single(Parse(text).Problems);

        Assert.Equal("_redirects", reported.File);
        Assert.Equal(text.Split('\n').Length, reported.Line);
        Assert.Contains(problem, reported.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_KeepsToItsLimits()
    {
        var text = string.Concat(Enumerable.Range(0, 2_100).Select(i => $"/e{i} /x\n")) + string.Concat(Enumerable.Range(0, 210).Select(i => $"/p{i}/* /x\n"));

        var (rules, problems) = Parse(text + "/" + new string('a', 2_000) + " /x");

        Assert.Equal(2_200, rules.Count);
        Assert.Equal(111, problems.Count);
    }

    [Theory]
    [InlineData("/a /b", "/a", "?x=1", "/b?x=1")]
    [InlineData("/a /b?y=2", "/a", "?x=1", "/b?y=2&x=1")]
    [InlineData("/a /b#end", "/a", "?x=1", "/b?x=1#end")]
    [InlineData("/a https://example.com/b", "/a", "", "https://example.com/b")]
    [InlineData("/go/* /:splat", "/go//evil.example", "", "/evil.example")]
    [InlineData("/go/* /:splat", "/go/\\evil.example", "", "/%5Cevil.example")]
    [InlineData("/go/* https://example.com/:splat", "/go/a?b#c d\r\nX: y", "", "https://example.com/a%3Fb%23c%20d%0D%0AX%3A%20y")]
    [InlineData("/a /späß", "/a", "", "/sp%C3%A4%C3%9F")]
    [InlineData("/:year/:name /posts/:name-:year.html", "/2026/x", "", "/posts/x-2026.html")]
    public void Location_IsAsTheRuleSays(string line, string path, string query, string location)
    {
        var (rule, captured) = new RedirectTable(Parse(line).Rules).Find(path, forcedOnly: false)!.Value;

        Assert.Equal(location, rule.LocationFor(captured, query));
    }

    [Fact]
    public void Find_TakesTheFirstRule_WhetherPlainOrPattern()
    {
        var table = new RedirectTable(Parse("/a/x /1\n/a/* /2\n/a/y /3\n/* /4 301!").Rules);

        Assert.Equal(1, table.Find("/a/x", forcedOnly: false)!.Value.Rule.Line);
        Assert.Equal(2, table.Find("/a/y", forcedOnly: false)!.Value.Rule.Line);
        Assert.Equal(4, table.Find("/a/x", forcedOnly: true)!.Value.Rule.Line);
    }

    [Fact]
    public void EveryLine_IsARuleOrAProblem_WhateverItHolds() =>
        Gen.Char["/ab:*#?! \t302=.h\u00e4\0"].Array[0, 30].Select(c => new string(c)).Array[0, 8].Sample(lines =>
        {
            var (rules, problems) = Parse(string.Join('\n', lines));

            var meant = lines.Select((text, i) => (text, Number: i + 1))
                .Where(l => l.text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries) is [var first, ..] && first[0] != '#');
            Assert.Equal(meant.Select(l => l.Number), rules.Select(r => r.Line).Concat(problems.Select(p => p.Line)).Order());
        });

    [Fact]
    public void LocalRule_NeverLeavesTheSite_WhateverIsAskedFor() =>
        Gen.Select(Gen.OneOf(Gen.Const("/* /:splat"), Gen.Const("/* /a:splat"), Gen.Const("/*/:x /:splat/:x"), Gen.Const("/* /:splat?q=:splat")), Gen.Char["/\\a:@.?#%\r\n\u00e4 "].Array[0, 12], Gen.Char["a=&/#"].Array[0, 6])
            .Sample((line, path, query) =>
            {
                if (new RedirectTable(Parse(line).Rules).Find("/" + new string(path), forcedOnly: false) is not var (rule, captured))
                    return;

                var location = rule.LocationFor(captured, "?" + new string(query));

                Assert.Equal('/', location[0]);
                Assert.False(location.Length > 1 && location[1] is '/' or '\\', location);
                Assert.DoesNotContain(location, c => c is < ' ' or > '~');
                Assert.Equal("site.example", new Uri(new Uri("http://site.example/"), location).Host);
            });

    private static (List<Redirect> Rules, List<RuleProblem> Problems) Parse(string text)
    {
        var problems = new List<RuleProblem>();
        return (RedirectParser.Parse(RuleFile.Split(RuleFile.Redirects, text, problems), problems), problems);
    }
}
