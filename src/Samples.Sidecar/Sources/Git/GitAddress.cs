using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Samples.SharedVolume;

namespace Samples.Sidecar.Sources.Git;

/// <summary>What a Git source is: <c>git+https://host/repo.git?ref=main&amp;path=public</c>.</summary>
/// <param name="Repository">Its <c>http</c> or <c>https</c> address, without a query.</param>
/// <param name="Ref">A branch, a tag, or a commit in 4 to 40 hex digits; null for the repository's default branch.</param>
/// <param name="Path">The folder of the tree that is published; empty for the whole tree.</param>
/// <param name="Submodules">Whether submodules are fetched too; they are passed over otherwise.</param>
/// <param name="Depth">How many commits of the history are fetched; 0 for all.</param>
public sealed record GitAddress(Uri Repository, string? Ref, string Path, bool Submodules, int Depth)
{
    public const string Syntax = "git+https://host/repo.git?ref=main&path=public&submodules=true&depth=1";

    private const string Prefix = "git+";
    private const int MaxDepth = 1_000_000;

    /// <summary>What git-check-ref-format(1) forbids in any name.</summary>
    private static readonly SearchValues<char> _forbidden = SearchValues.Create([.. Enumerable.Range(0, 33).Select(c => (char)c), .. "~^:?*[\\\x7f"]);

    /// <summary>The whole commit id that pins the content for good, in lower case; null where <see cref="Ref"/> is none.</summary>
    public string? PinnedCommit => Ref is { Length: GitId.HexLength } && GitId.IsHex(Ref) ? Ref.ToLowerInvariant() : null;

    /// <summary>Whether a source means to be of this kind, right or wrong.</summary>
    public static bool IsMeant(string text) => text is not null && text.StartsWith(Prefix, StringComparison.Ordinal);

    public static bool TryParse(string? text, [NotNullWhen(true)] out GitAddress? address) => (address = Parse(text, out _)) is not null;

    /// <summary>What is wrong with the address, naming the part of it but no value; null where nothing is.</summary>
    public static string? FindProblem(string? text)
    {
        Parse(text, out var problem);
        return problem;
    }

    /// <summary>The address in one spelling, whatever order it was written in.</summary>
    public override string ToString()
    {
        List<string> query = [];
        if (Ref is not null)
            query.Add($"ref={Escape(Ref)}");
        if (Path.Length > 0)
            query.Add($"path={Escape(Path)}");
        if (Submodules)
            query.Add("submodules=true");
        if (Depth != 1)
            query.Add(string.Create(CultureInfo.InvariantCulture, $"depth={Depth}"));
        return $"{Prefix}{Repository.AbsoluteUri}{(query.Count > 0 ? "?" : "")}{string.Join('&', query)}";

        static string Escape(string value) => Uri.EscapeDataString(value).Replace("%2F", "/", StringComparison.Ordinal);
    }

    private static GitAddress? Parse(string? text, out string? problem)
    {
        problem = null;
        if (text is null || !text.StartsWith(Prefix, StringComparison.Ordinal) || !Uri.TryCreate(text[Prefix.Length..], UriKind.Absolute, out var uri)
            || uri.Scheme is not ("http" or "https"))
            problem = "a Git source begins with git+https:// or git+http://";
        else if (uri.UserInfo.Length > 0 || uri.Fragment.Length > 0)
            problem = "a Git source has no user name, password or fragment in it";
        else
            return Parse(uri, out problem);
        return null;
    }

    private static GitAddress? Parse(Uri uri, out string? problem)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var address = new GitAddress(new Uri(uri.GetLeftPart(UriPartial.Path).TrimEnd('/')), null, "", Submodules: false, Depth: 1);
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = pair.Split('=', 2) is [var key, var rest] ? (key, Uri.UnescapeDataString(rest)) : (pair, "");
            var next = (name, value) switch
            {
                _ when !seen.Add(name) => null,
                ("ref", _) => IsRefName(value) ? address with { Ref = value } : null,
                ("path", _) => value.Trim('/') is var path && ContentPath.FindProblem(path) is null ? address with { Path = path } : null,
                ("submodules", "true" or "false") => address with { Submodules = value == "true" },
                ("depth", _) when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var depth) && depth <= MaxDepth => address with { Depth = depth },
                _ => null,
            };
            if (next is null)
            {
                problem = name is "ref" or "path" or "submodules" or "depth"
                    ? $"the parameter '{name}' of the Git source is given twice or is not one"
                    : $"'{name}' is no parameter of a Git source, which has ref, path, submodules and depth";
                return null;
            }

            address = next;
        }

        problem = null;
        return address;
    }

    private static bool IsRefName(string name) =>
        name.Length is > 0 and <= 1000 && name[0] is not ('-' or '/' or '.') && !name.AsSpan().ContainsAny(_forbidden)
        && !name.Contains("..", StringComparison.Ordinal) && !name.Contains("//", StringComparison.Ordinal) && !name.Contains("@{", StringComparison.Ordinal)
        && !name.EndsWith('/') && !name.EndsWith('.') && !name.EndsWith(".lock", StringComparison.Ordinal);
}
