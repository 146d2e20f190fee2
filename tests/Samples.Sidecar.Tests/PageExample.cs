using System.Text.RegularExpressions;

namespace Samples.Sidecar.Tests;

/// <summary>The fenced blocks of a document's sections, in their order.</summary>
internal static partial class PageExample
{
    public static readonly string Page = RepositoryRoot.Combine("docs/sidecar.md");

    /// <summary>Section to blocks, each with its language.</summary>
    public static Dictionary<string, List<(string Language, string Text)>> Sections()
    {
        var (sections, section, language, lines) = (new Dictionary<string, List<(string, string)>>(), "", (string?)null, new List<string>());
        foreach (var line in File.ReadLines(Page))
        {
            if (language is null && line.StartsWith("```", StringComparison.Ordinal))
            {
                (language, lines) = (line[3..], []);
            }
            else if (language is not null && line == "```")
            {
                sections.TryAdd(section, []);
                sections[section].Add((language, string.Join('\n', lines)));
                language = null;
            }
            else if (language is not null)
            {
                lines.Add(line);
            }
            else if (Heading().Match(line) is { Success: true } heading)
            {
                section = heading.Groups[1].Value;
            }
        }

        return sections;
    }

    [GeneratedRegex("^##+ (.+)$")]
    private static partial Regex Heading();
}
