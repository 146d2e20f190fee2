using System.Text;

namespace Samples.Server;

/// <summary>One line of <c>_redirects</c>.</summary>
/// <param name="Line">Its number, from 1.</param>
/// <param name="From">Which paths it is for.</param>
/// <param name="Target">Where they lead: a path of this site, or an absolute URL.</param>
/// <param name="Status">301, 302, 303, 307 or 308 redirect; 200, 404 and 410 answer with the target in place.</param>
/// <param name="Forced">Comes before files and routes, not after them.</param>
internal sealed record Redirect(int Line, PathPattern From, PathTemplate Target, int Status, bool Forced)
{
    public bool IsRewrite => Status is not (>= 300 and < 400);

    public bool IsLocal => Target.Text[0] == '/';

    /// <summary>The path of the file that a rewrite answers with, decoded.</summary>
    public string FileFor(string[] captured) => PathPattern.Decode(Target.Expand(captured, PathTemplate.Encode));

    /// <summary>
    /// The value of <c>Location</c>, the request's query kept. What the visitor chose of it is encoded and comes after the host, and two slashes
    /// at the start become one: a rule for this site cannot be made to lead to another.
    /// </summary>
    /// <param name="captured">From the rule's pattern.</param>
    /// <param name="query">Of the request, with its <c>?</c>; may be empty.</param>
    public string LocationFor(string[] captured, string query)
    {
        var target = Target.Expand(captured, PathTemplate.Encode);
        if (IsLocal)
            target = "/" + target.TrimStart('/');
        if (query.Length < 2)
            return EncodeRest(target);

        var hash = target.IndexOf('#', StringComparison.Ordinal);
        var (address, fragment) = hash < 0 ? (target, "") : (target[..hash], target[hash..]);
        var separator = address.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        return EncodeRest($"{address}{separator}{query[1..]}{fragment}");
    }

    /// <summary>A header is ASCII; what the file has beyond it is sent as a URL would.</summary>
    private static string EncodeRest(string url)
    {
        if (Ascii.IsValid(url))
            return url;

        var encoded = new StringBuilder();
        foreach (var rune in url.EnumerateRunes())
            encoded.Append(rune.IsAscii ? rune.ToString() : Uri.EscapeDataString(rune.ToString()));
        return encoded.ToString();
    }
}
