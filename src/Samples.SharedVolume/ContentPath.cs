using System.Buffers;
using System.Text;

namespace Samples.SharedVolume;

/// <summary>The rules for a file's path in a release, the same for every source and for every reader.</summary>
public static class ContentPath
{
    /// <summary>Of one path, in bytes of UTF-8.</summary>
    public const int MaxLength = 1024;

    /// <summary>Of one name in a path, in bytes of UTF-8: what Linux allows, less an encoded form's <c>.br</c>.</summary>
    public const int MaxNameLength = 252;

    /// <summary>Names in one path.</summary>
    public const int MaxDepth = 32;

    private static readonly SearchValues<char> _plain = SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c).Where(c => c != '\\')]);

    /// <summary>
    /// What is wrong with a path, or null where it may be published: relative, <c>/</c> between non-empty names,
    /// none of them <c>.</c> or <c>..</c>; no backslash, no control character, nothing that is not valid Unicode.
    /// </summary>
    public static string? FindProblem(ReadOnlySpan<char> path)
    {
        if (path.IsEmpty)
            return "is empty";
        if (path[0] == '/')
            return "is absolute";
        if (Encoding.UTF8.GetByteCount(path) > MaxLength)
            return $"is longer than {MaxLength} bytes";

        // Of what most paths are made of, nothing is wrong with any.
        foreach (var rune in path.ContainsAnyExcept(_plain) ? path.EnumerateRunes() : default)
        {
            if (Rune.IsControl(rune))
                return $"has the control character U+{rune.Value:X4} in it";
            if (rune.Value == '\\')
                return "has a backslash in it";
            // Also what half a surrogate pair is read as: on disk, two such names would be one.
            if (rune == Rune.ReplacementChar)
                return "is not valid UTF-8";
        }

        var depth = 0;
        foreach (var range in path.Split('/'))
        {
            var name = path[range];
            if (name.IsEmpty)
                return "has an empty name in it";
            if (name is "." or "..")
                return $"has '{name}' in it";
            if (Encoding.UTF8.GetByteCount(name) > MaxNameLength)
                return $"has a name longer than {MaxNameLength} bytes in it";
            if (++depth > MaxDepth)
                return $"is deeper than {MaxDepth} folders";
        }

        return null;
    }
}
