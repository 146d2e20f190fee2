using System.Globalization;

namespace Samples.Server;

/// <summary>Reads <c>_redirects</c>: a line is <c>from to [status]</c>, the status 301 where there is none, with a <c>!</c> to force it.</summary>
/// <remarks>
/// Cloudflare takes 302 where the status is missing, Netlify 301. It is 301 here because that is what the file's inventor made of it, and it
/// costs nothing: redirects are sent with <c>no-cache</c>, so no browser keeps one that the next release has not.
/// </remarks>
internal static class RedirectParser
{
    private const int DefaultStatus = 301;

    public static List<Redirect> Parse(IEnumerable<(int Number, string Text)> lines, ICollection<RuleProblem> problems)
    {
        var rules = new List<Redirect>();
        var exact = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (number, text) in lines)
        {
            var words = WordsOf(text);
            if (words.Count == 0)
                continue;

            var problem = Read(words, number, out var rule) ?? Admit(rule!, rules, exact);
            if (problem is not null)
                problems.Add(new RuleProblem(RuleFile.Redirects, number, problem));
        }

        return rules;
    }

    /// <summary>What is parted by blanks, up to a word that starts with <c>#</c>.</summary>
    private static List<string> WordsOf(string text) =>
        [.. text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries).TakeWhile(word => word[0] != '#')];

    private static string? Read(List<string> words, int line, out Redirect? rule)
    {
        rule = null;
        if (words.Count == 1)
            return $"'{words[0]}' leads nowhere; a rule is 'from to [status]'.";
        if (words.Count > 3 || words.Skip(1).Any(IsCondition))
            return "Conditions on the query, a country or a language are not supported; a rule is 'from to [status]'.";
        if (!PathPattern.TryParse(words[0], out var from, out var problem))
            return problem;

        var (status, forced) = (DefaultStatus, false);
        if (words.Count == 3)
        {
            forced = words[2][^1] == '!';
            if (!int.TryParse(words[2].AsSpan().TrimEnd('!'), NumberStyles.None, CultureInfo.InvariantCulture, out status)
                || status is not (200 or 301 or 302 or 303 or 307 or 308 or 404 or 410))
                return $"The status '{words[2]}' is none of 301, 302, 303, 307, 308, 200, 404 and 410.";
        }

        rule = new Redirect(line, from, new PathTemplate(words[1], from.Names), status, forced);
        return CheckTarget(rule);
    }

    private static bool IsCondition(string word) => word[0] is not '/' && word.Contains('=', StringComparison.Ordinal) && !word.Contains("://", StringComparison.Ordinal);

    private static string? CheckTarget(Redirect rule)
    {
        var target = rule.Target.Text;
        if (target.Any(char.IsControl))
            return "The target has a control character.";
        if (target is ['/', '/' or '\\', ..])
            return $"'{target}' is another site's address without its scheme; a target is a path such as /here, or starts with https://.";
        if (rule.IsLocal)
        {
            return rule.IsRewrite && target.AsSpan().ContainsAny('?', '#')
                ? $"'{target}' has a query or a fragment; a rewrite leads to a file."
                : null;
        }

        var scheme = target.IndexOf("://", StringComparison.Ordinal);
        var path = scheme < 0 ? -1 : target.IndexOf('/', scheme + 3);
        if (rule.Target.FirstCapture >= 0 && (path < 0 || rule.Target.FirstCapture < path))
            return $"'{target}' lets the visitor choose the host; a splat or a placeholder belongs after it.";
        if (!Uri.TryCreate(target, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.UserInfo.Length > 0)
            return $"'{target}' is neither a path of this site nor an http or https URL.";
        return rule.IsRewrite ? $"'{target}' is another site's; serving it under this one's address needs a YARP route." : null;
    }

    private static string? Admit(Redirect rule, List<Redirect> rules, Dictionary<string, int> exact)
    {
        if (rule.From.Exact is not { } path)
        {
            if (rules.Count - exact.Count >= RuleFile.MaxPatternRules)
                return $"It is one rule with a splat or a placeholder too many; {RuleFile.MaxPatternRules} are read.";
        }
        else
        {
            if (exact.Count >= RuleFile.MaxExactRules)
                return $"It is one rule too many; {RuleFile.MaxExactRules} without a splat or a placeholder are read.";
            if (!exact.TryAdd(path, rule.Line))
                return $"It is never reached: line {exact[path]} is for '{path}' as well.";
        }

        rules.Add(rule);
        return null;
    }
}
