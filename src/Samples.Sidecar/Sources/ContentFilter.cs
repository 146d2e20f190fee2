using Microsoft.Extensions.FileSystemGlobbing;

namespace Samples.Sidecar.Sources;

/// <summary>
/// Which of a source's files are published, by globs as MSBuild has them (<c>*</c> within a name, <c>**</c> across folders), relative to the
/// source's root and case-sensitive. An exclusion wins.
/// </summary>
public sealed class ContentFilter
{
    private readonly Matcher? _matcher;

    /// <param name="include">Globs parted by spaces; empty for every file.</param>
    /// <param name="exclude">Globs parted by spaces.</param>
    public ContentFilter(string include, string exclude)
    {
        string[] includes = Split(include), excludes = Split(exclude);
        if (includes.Length + excludes.Length == 0)
            return;

        _matcher = new Matcher(StringComparison.Ordinal);
        _matcher.AddIncludePatterns(includes is [] ? ["**/*"] : includes);
        _matcher.AddExcludePatterns(excludes);
    }

    public bool Passes(string path) => _matcher?.Match(path).HasMatches ?? true;

    private static string[] Split(string globs) => globs.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
