using System.Buffers;
using System.Collections.Frozen;

namespace Samples.Server;

/// <summary>Which headers a person may set, by configuration or by <c>_headers</c>.</summary>
internal static class HeaderSyntax
{
    /// <summary>RFC 9110 §5.6.2.</summary>
    private static readonly SearchValues<char> _token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>
    /// What frames a message, belongs to the connection, or must agree with the very bytes that are sent. A cookie is for one visitor, and
    /// what a release holds is for all, caches included.
    /// </summary>
    private static readonly FrozenSet<string> _refused = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Accept-Ranges", "Age", "Allow", "Connection", "Content-Encoding", "Content-Length", "Content-Range", "Date", "ETag", "Keep-Alive",
        "Last-Modified", "Location", "Proxy-Authenticate", "Proxy-Connection", "Server", "Set-Cookie", "Set-Cookie2", "Status", "TE", "Trailer",
        "Transfer-Encoding", "Upgrade", "WWW-Authenticate", SiteHeaders.Release);

    /// <summary>What is wrong with a name, as a sentence; null where nothing is.</summary>
    public static string? CheckName(string name) =>
        name.Length == 0 || name.AsSpan().ContainsAnyExcept(_token) ? $"'{name}' is no name of a header."
        : _refused.Contains(name) ? $"{name} is the server's own to set."
        : null;

    /// <summary>What is wrong with a value, as a sentence; null where nothing is. It is visible ASCII, blanks and tabs.</summary>
    public static string? CheckValue(string name, string value) =>
        value.All(c => c is '\t' or (>= ' ' and <= '~')) ? null : $"The value of {name} has a character that is not ASCII, or is a control character.";
}
