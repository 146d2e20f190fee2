using System.Text;
using Samples.SharedVolume;

namespace Samples.Server;

/// <summary>The two files at the root of a release that say how it is to be served, and are never served themselves.</summary>
internal static class RuleFile
{
    public const string Headers = "_headers";
    public const string Redirects = "_redirects";

    /// <summary>Bytes of one file.</summary>
    public const int MaxSize = 1 << 20;

    /// <summary>Characters of one line.</summary>
    public const int MaxLineLength = 2_000;

    /// <summary>Rules of one file for a single path. They are found by one look-up, however many there are.</summary>
    public const int MaxExactRules = 2_000;

    /// <summary>Rules of one file with a splat or a placeholder. They are tried one after the other.</summary>
    public const int MaxPatternRules = 200;

    public static bool Is(string path) => path is Headers or Redirects;

    /// <summary>The lines of a file, numbered from 1, without those that are too long; none where the release has no such file.</summary>
    public static IEnumerable<(int Number, string Text)> Read(Release release, string name, ICollection<RuleProblem> problems)
    {
        if (release.Manifest.Files.FirstOrDefault(f => f.Path == name) is not { } file)
            return [];
        if (file.Size > MaxSize)
        {
            problems.Add(new RuleProblem(name, 0, $"The file has {file.Size} bytes; at most {MaxSize} are read, so none of its rules applies."));
            return [];
        }

        return Split(name, File.ReadAllText(release.PathOf(file), Encoding.UTF8), problems);
    }

    public static List<(int Number, string Text)> Split(string name, string text, ICollection<RuleProblem> problems)
    {
        var lines = new List<(int, string)>();
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            if (line.Length <= MaxLineLength)
                lines.Add((number, line.TrimEnd()));
            else
                problems.Add(new RuleProblem(name, number, $"The line has {line.Length} characters; at most {MaxLineLength} are read."));
        }

        return lines;
    }
}
