namespace Samples.Server;

/// <summary>Leaves out the rules that can only fail: rewrites to a file that is not there, and redirects that go round in circles.</summary>
/// <remarks>
/// A chain is followed as a browser would, from a path or two that each rule takes. With that every circle of plain paths is found, and those of
/// patterns that do not depend on one special value. One that is missed ends where all do, at the browser's own limit.
/// </remarks>
internal sealed class RedirectChecks(IReadOnlyDictionary<string, Asset> names, ICollection<RuleProblem> problems)
{
    /// <summary>Browsers give up after twenty.</summary>
    private const int MaxHops = 20;

    private static readonly string[] _samples = ["", "a", "a/b"];

    public RedirectTable Apply(List<Redirect> rules)
    {
        var sound = rules.Where(HasItsFile).ToList();
        var table = new RedirectTable(sound);
        for (var i = 0; i < sound.Count; i++)
        {
            while (i < sound.Count && FindCircle(sound[i], table) is { } last)
            {
                Report(last, $"It leads in a circle: '{last.From.Text}' to '{last.Target.Text}' and back.");
                sound.Remove(last);
                table = new RedirectTable(sound);
                i = Math.Min(i, sound.Count);
            }
        }

        return table;
    }

    private bool HasItsFile(Redirect rule)
    {
        if (!rule.IsRewrite || rule.Target.FirstCapture >= 0 || names.ContainsKey(rule.FileFor([])))
            return true;
        Report(rule, $"It leads to '{rule.Target.Text}', which the release does not have.");
        return false;
    }

    /// <summary>The last line of a circle that starts with <paramref name="rule"/>; null where every chain ends.</summary>
    private Redirect? FindCircle(Redirect rule, RedirectTable table)
    {
        if (rule.IsRewrite || !rule.IsLocal)
            return null;

        foreach (var sample in rule.From.Exact is null ? _samples : [""])
        {
            var captured = rule.From.Names.Select(name => name == PathPattern.SplatName ? sample : "a").ToArray();
            var (passed, next, values) = (new List<Redirect>(), rule, captured);
            while (next is { IsRewrite: false, IsLocal: true })
            {
                if (passed.Count == MaxHops)
                    return passed.MaxBy(r => r.Line);
                passed.Add(next);
                var location = next.LocationFor(values, "");
                (next, values) = Follow(PathPattern.Decode(location.Split('?', '#')[0]), table);
            }
        }

        return null;
    }

    private (Redirect?, string[]) Follow(string path, RedirectTable table)
    {
        var found = table.Find(path, forcedOnly: true) ?? (names.ContainsKey(path) ? null : table.Find(path, forcedOnly: false));
        return found is var (rule, captured) ? (rule, captured) : (null, []);
    }

    private void Report(Redirect rule, string problem) => problems.Add(new RuleProblem(RuleFile.Redirects, rule.Line, problem));
}
