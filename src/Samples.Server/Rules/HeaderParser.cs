namespace Samples.Server;

/// <summary>
/// Reads <c>_headers</c>: a path at the start of a line, below it lines that are indented: <c>Name: value</c>, or <c>! Name</c> to take a header
/// away. A line that starts with <c>#</c> is a comment.
/// </summary>
internal static class HeaderParser
{
    public static List<HeaderRule> Parse(IEnumerable<(int Number, string Text)> lines, ICollection<RuleProblem> problems)
    {
        var rules = new List<HeaderRule>();
        var (current, patterns, skipped) = ((HeaderRule?)null, 0, false);
        foreach (var (number, line) in lines)
        {
            var text = line.Trim();
            if (text.Length == 0 || text[0] == '#')
                continue;

            string? problem = null;
            if (line[0] is ' ' or '\t')
            {
                // Below a path that was left out, one report is enough.
                problem = current is not null ? ReadChange(text, current) : skipped ? null : "A header comes below the path that it is for.";
            }
            else
            {
                current = null;
                if (PathPattern.TryParse(text, out var path, out problem))
                    problem = Count(path, rules.Count, ref patterns) ?? Begin(path);
                skipped = current is null;
            }

            if (problem is not null)
                problems.Add(new RuleProblem(RuleFile.Headers, number, problem));
        }

        return rules;

        string? Begin(PathPattern path)
        {
            rules.Add(current = new HeaderRule(path));
            return null;
        }
    }

    private static string? Count(PathPattern path, int rules, ref int patterns)
    {
        if (path.Exact is not null)
            return rules - patterns < RuleFile.MaxExactRules ? null : $"It is one path too many; {RuleFile.MaxExactRules} without a splat or a placeholder are read.";
        return ++patterns <= RuleFile.MaxPatternRules ? null : $"It is one path with a splat or a placeholder too many; {RuleFile.MaxPatternRules} are read.";
    }

    private static string? ReadChange(string text, HeaderRule rule)
    {
        if (text[0] == '!')
        {
            var detached = text[1..].Trim();
            if (HeaderSyntax.CheckName(detached) is { } wrong)
                return wrong;
            rule.Changes.Add(new HeaderChange(detached, null));
            return null;
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
            return $"'{text}' is neither 'Name: value' nor '! Name'.";

        var (name, value) = (text[..colon].TrimEnd(), text[(colon + 1)..].Trim());
        if ((HeaderSyntax.CheckName(name) ?? HeaderSyntax.CheckValue(name, value)) is { } problem)
            return problem;
        if (value.Length == 0)
            return $"{name} has no value; '! {name}' takes a header away.";
        rule.Changes.Add(new HeaderChange(name, new PathTemplate(value, rule.Path.Names)));
        return null;
    }
}
