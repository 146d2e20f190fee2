using System.Diagnostics.CodeAnalysis;

namespace Samples.Server;

/// <summary>
/// The path of a rule, in the syntax of Netlify and Cloudflare Pages: <c>*</c> stands for any characters, slashes and none at all
/// included, and may be there once; <c>:name</c> stands for at least one character that is no slash.
/// </summary>
/// <remarks>
/// A path is compared segment by segment, from the left up to the splat and from the right down to it. There is nothing to try
/// again, so no path and no pattern take more than one pass: unlike with a regular expression, neither can be made slow.
/// </remarks>
internal sealed class PathPattern
{
    public const string SplatName = "splat";

    private readonly Segment[] _head;
    private readonly Segment? _splat;
    private readonly Segment[] _tail;

    private PathPattern(string text, List<Segment> segments)
    {
        Text = text;
        var splat = segments.FindIndex(s => s.IsSplat);
        _head = [.. splat < 0 ? segments : segments[..splat]];
        _splat = splat < 0 ? null : segments[splat];
        _tail = splat < 0 ? [] : [.. segments[(splat + 1)..]];
        Names = [.. segments.Where(s => s.Name is not null).Select(s => s.Name!)];
        Exact = Names.Count == 0 ? "/" + string.Join('/', segments.Select(s => s.Prefix)) : null;
    }

    /// <summary>As the file has it.</summary>
    public string Text { get; }

    /// <summary>The one path it matches, decoded; null where it has a splat or a placeholder.</summary>
    public string? Exact { get; }

    /// <summary>Names of what <see cref="Match"/> captures, in that order.</summary>
    public IReadOnlyList<string> Names { get; }

    public static bool TryParse(string text, [NotNullWhen(true)] out PathPattern? pattern, [NotNullWhen(false)] out string? problem)
    {
        pattern = null;
        problem = Check(text);
        if (problem is not null)
            return false;

        var segments = new List<Segment>();
        foreach (var part in text[1..].Split('/'))
        {
            if (!Segment.TryParse(part, out var segment))
            {
                problem = $"'{text}' has two wildcards between two slashes; one can be told apart.";
                return false;
            }

            segments.Add(segment.Value);
        }

        var parsed = new PathPattern(text, segments);
        if (parsed.Names.Distinct(StringComparer.Ordinal).Count() < parsed.Names.Count)
            problem = $"'{text}' has a splat or a placeholder twice; each may be there once.";
        pattern = problem is null ? parsed : null;
        return problem is null;
    }

    /// <summary>What the splat and the placeholders stand for, in the order of <see cref="Names"/>; null where the path does not match.</summary>
    /// <param name="path">Decoded, as requests have it.</param>
    public string[]? Match(string path)
    {
        if (path.Length == 0 || path[0] != '/')
            return null;

        var captured = new string[Names.Count];
        var (count, from, to) = (0, 1, path.Length);
        for (var i = 0; i < _head.Length; i++)
        {
            if (from > path.Length)
                return null;
            var slash = path.IndexOf('/', from);
            var end = slash < 0 ? path.Length : slash;
            if (!_head[i].TryMatch(path.AsSpan(from, end - from), captured, ref count))
                return null;
            from = end + 1;
        }

        if (_splat is not { } splat)
            return from == path.Length + 1 ? captured : null;

        var last = Names.Count;
        for (var i = _tail.Length - 1; i >= 0; i--)
        {
            if (to < from)
                return null;
            var start = path.LastIndexOf('/', to - 1) + 1;
            var index = last -= _tail[i].Name is null ? 0 : 1;
            if (start <= from || !_tail[i].TryMatch(path.AsSpan(start, to - start), captured, ref index))
                return null;
            to = start - 1;
        }

        return from <= to && splat.TryMatch(path.AsSpan(from, to - from), captured, ref count) ? captured : null;
    }

    /// <summary>Decodes what a URL encodes, but for the slash: in a request's path, too, <c>%2F</c> stays as it is.</summary>
    public static string Decode(string path) => Uri.UnescapeDataString(
        path.Replace("%2F", "%252F", StringComparison.Ordinal).Replace("%2f", "%252f", StringComparison.Ordinal));

    private static string? Check(string text) =>
        text is not ['/', ..] ? $"'{text}' is no path of this site; a path starts with '/'."
        : text.AsSpan().ContainsAny('?', '#') ? $"'{text}' has a query or a fragment; only the path is compared."
        : null;

    /// <summary>What is between two slashes: text, or one wildcard with text before and after it.</summary>
    private readonly record struct Segment(string Prefix, string? Name, string Suffix)
    {
        public bool IsSplat => Name == SplatName;

        public static bool TryParse(string text, [NotNullWhen(true)] out Segment? segment)
        {
            segment = null;
            var start = StartOfWildcard(text, 0);
            if (start < 0)
            {
                segment = new Segment(Decode(text), null, "");
                return true;
            }

            var end = start + 1;
            while (text[start] == ':' && end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
                end++;
            if (StartOfWildcard(text, end) >= 0)
                return false;

            segment = new Segment(Decode(text[..start]), text[start] == '*' ? SplatName : text[(start + 1)..end], Decode(text[end..]));
            return true;
        }

        public bool TryMatch(ReadOnlySpan<char> part, string[] captured, ref int count)
        {
            if (Name is null)
                return part.SequenceEqual(Prefix);

            var length = part.Length - Prefix.Length - Suffix.Length;
            if (length < (IsSplat ? 0 : 1) || !part.StartsWith(Prefix, StringComparison.Ordinal) || !part.EndsWith(Suffix, StringComparison.Ordinal))
                return false;
            captured[count++] = part.Slice(Prefix.Length, length).ToString();
            return true;
        }

        private static int StartOfWildcard(string text, int from)
        {
            for (var i = from; i < text.Length; i++)
            {
                if (text[i] == '*' || (text[i] == ':' && i + 1 < text.Length && char.IsAsciiLetter(text[i + 1])))
                    return i;
            }

            return -1;
        }
    }
}
