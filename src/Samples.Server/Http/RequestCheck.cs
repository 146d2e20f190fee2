using System.Buffers;

namespace Samples.Server;

/// <summary>What a strict server refuses of a request, and Kestrel lets pass. It sees each request once, before anything acts on it.</summary>
/// <remarks>
/// Two readings of one message are how requests are smuggled past a proxy (RFC 9112 §11.2), so nothing here is repaired. What cannot be
/// seen from here: control bytes in a chunk's extension and a plus before a Content-Length, which Kestrel reads over; a lone LF for a line's end, which §2.2 allows.
/// </remarks>
internal static class RequestCheck
{
    private static readonly SearchValues<char> _token = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>No header's value and no target has them; a tab is allowed in a value.</summary>
    private static readonly SearchValues<char> _control = SearchValues.Create(
        string.Concat(Enumerable.Range(0, 0x20).Where(c => c != '\t').Append(0x7f).Select(c => (char)c)));

    private static readonly SearchValues<char> _notInTarget = SearchValues.Create(
        string.Concat(Enumerable.Range(0, 0x21).Append(0x7f).Append('#').Select(c => (char)c)));

    /// <summary>The status to refuse a request with and the reason, or null.</summary>
    public static (int Status, string Reason)? FindFault(HttpRequest request, string rawTarget)
    {
        var headers = request.Headers;
        if (!request.Host.HasValue && HttpProtocol.IsHttp11(request.Protocol))
            return BadRequest("The Host header is empty."); // RFC 9110 §7.2: an http URI without a host is invalid (§4.2.1)

        if (request.Method.AsSpan().ContainsAnyInRange('a', 'z'))
            return BadRequest("Methods are written in capitals."); // RFC 9110 §9.1: GET is a method, get is not

        if (headers.TransferEncoding is { Count: > 0 } transferEncoding)
        {
            if (HttpProtocol.IsHttp10(request.Protocol))
                return BadRequest("HTTP/1.0 has no Transfer-Encoding."); // RFC 9112 §6.1
            if (headers.ContainsKey("X-Content-Length")) // Kestrel's name for what came with a Transfer-Encoding
                return BadRequest("The request has both a Content-Length and a Transfer-Encoding.");
            if (transferEncoding.Count != 1 || !"chunked".Equals(transferEncoding[0], StringComparison.OrdinalIgnoreCase))
                return (StatusCodes.Status501NotImplemented, "The only transfer coding is chunked."); // RFC 9112 §6.1
        }

        foreach (var (name, values) in headers)
        {
            if (name.AsSpan().ContainsAnyExcept(_token) && name[0] != ':') // ':' begins HTTP/2's own
                return BadRequest("A header's name is none.");
            foreach (var value in values)
            {
                if (value.AsSpan().ContainsAny(_control))
                    return BadRequest("A header has a control character."); // RFC 9110 §5.5
            }
        }

        return FindFault(rawTarget);
    }

    private static (int, string)? FindFault(string rawTarget)
    {
        if (rawTarget.AsSpan().ContainsAny(_notInTarget))
            return BadRequest("The request's target has a character that is not allowed there.");

        var path = rawTarget.AsSpan();
        if (path.IndexOf('?') is >= 0 and var query)
            path = path[..query]; // in a query a lone '%' is common, and harmless
        for (var i = path.IndexOf('%'); i >= 0; i = path.IndexOf('%'))
        {
            if (path.Length < i + 3 || !char.IsAsciiHexDigit(path[i + 1]) || !char.IsAsciiHexDigit(path[i + 2]))
                return BadRequest("The path has a '%' that encodes nothing.");
            path = path[(i + 3)..];
        }

        return null;
    }

    private static (int, string) BadRequest(string reason) => (StatusCodes.Status400BadRequest, reason);
}
