using CsCheck;

namespace Samples.Server.Tests;

public sealed class RedirectChecksTests
{
    [Theory]
    [InlineData("/a /a", 1)]
    [InlineData("/a /b\n/b /a", 2)]
    [InlineData("/a /b\n/b /c\n/c /b", 3)]
    [InlineData("/a/* /a/:splat", 1)]
    [InlineData("/* /x/:splat", 1)]
    [InlineData("/* /page.html 301!", 1)]
    [InlineData("/b /a/b\n/a/* /:splat", 2)] // of all that the second takes, only /a/b goes round
    [InlineData("/* /page.html", 0)] // a file, which comes first
    [InlineData("/* https://example.com/:splat", 0)]
    [InlineData("/a /b?x=1\n/b /c", 0)]
    [InlineData("/a /missing.html 200", 1)]
    [InlineData("/a /page.html 200", 0)]
    [InlineData("/a/* /:splat 200", 0)]
    public void Rule_IsLeftOut_WhereItCanOnlyFail(string text, int line)
    {
        var (_, problems) = Check(text);

        Assert.Equal(line == 0 ? [] : [line], problems.Select(p => p.Line));
    }

    [Fact]
    public void PlainRules_NeverGoRound() =>
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 9]).Array[0, 15].Sample(pairs =>
        {
            var (table, _) = Check(string.Join('\n', pairs.Select(p => $"/{p.Item1} /{p.Item2}")));

            for (var start = 0; start < 10; start++)
            {
                var (path, hops) = ($"/{start}", 0);
                while (table.Find(path, forcedOnly: false) is var (rule, captured))
                {
                    path = rule.LocationFor(captured, "");
                    Assert.InRange(++hops, 1, 10);
                }
            }
        });

    private static (RedirectTable Table, List<RuleProblem> Problems) Check(string text)
    {
        var problems = new List<RuleProblem>();
        var page = new Asset("/page.html", new string('0', 64), default, new Representation(null, new string('0', 64), 0, [], null), []);
        var rules = RedirectParser.Parse(RuleFile.Split(RuleFile.Redirects, text, problems), problems);
        return (new RedirectChecks(new Dictionary<string, Asset> { [page.Path] = page }, problems).Apply(rules), problems);
    }
}
