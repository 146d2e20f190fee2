using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Samples.Server;

/// <summary>Conditional requests, in the order of RFC 9110 §13.2.2. Asked only where the answer without them would be 200.</summary>
internal static class Preconditions
{
    /// <param name="headers">Of a GET or HEAD request.</param>
    /// <param name="etag">Of the selected representation, strong, with its quotes.</param>
    /// <param name="modified">Its Last-Modified, in whole seconds.</param>
    public static PreconditionOutcome Evaluate(IHeaderDictionary headers, string etag, DateTimeOffset modified) =>
        Evaluate(headers.IfMatch, headers.IfUnmodifiedSince, headers.IfNoneMatch, headers.IfModifiedSince, etag, modified);

    /// <summary>As above, by the headers' values; none is as good as an absent header.</summary>
    public static PreconditionOutcome Evaluate(
        StringValues ifMatch, StringValues ifUnmodifiedSince, StringValues ifNoneMatch, StringValues ifModifiedSince, string etag, DateTimeOffset modified)
    {
        if (ifMatch.Count > 0)
        {
            if (!Lists(ifMatch, etag, weakly: false))
                return PreconditionOutcome.Failed;
        }
        else if (TryParseDate(ifUnmodifiedSince, out var unmodified) && modified > unmodified)
        {
            return PreconditionOutcome.Failed;
        }

        if (ifNoneMatch.Count > 0)
            return Lists(ifNoneMatch, etag, weakly: true) ? PreconditionOutcome.NotModified : PreconditionOutcome.Proceed;

        return TryParseDate(ifModifiedSince, out var since) && modified <= since
            ? PreconditionOutcome.NotModified
            : PreconditionOutcome.Proceed;
    }

    /// <summary>Answers with 304 or 412 where the request's conditions ask for it; false where the answer is still to be given.</summary>
    /// <inheritdoc cref="Evaluate(IHeaderDictionary, string, DateTimeOffset)" path="/param"/>
    public static bool TryAnswer(HttpContext context, string etag, DateTimeOffset modified)
    {
        var outcome = Evaluate(context.Request.Headers, etag, modified);
        if (outcome is PreconditionOutcome.Proceed)
            return false;

        context.Response.StatusCode = outcome is PreconditionOutcome.NotModified
            ? StatusCodes.Status304NotModified
            : StatusCodes.Status412PreconditionFailed;
        if (outcome is PreconditionOutcome.Failed)
            context.Response.ContentLength = 0;
        return true;
    }

    /// <summary>
    /// Whether a <c>Range</c> applies: there is no <c>If-Range</c>, or it is this very representation's tag (strong comparison) or
    /// exactly its date (§13.1.5).
    /// </summary>
    public static bool RangeApplies(StringValues ifRange, string etag, DateTimeOffset modified) =>
        ifRange.Count == 0
        || (ifRange.Count == 1 && (ifRange[0] == etag || (TryParseDate(ifRange, out var date) && date == modified)));

    /// <summary>
    /// Whether a list of entity tags, over any number of lines, has <paramref name="etag"/> or is <c>*</c>. Read to the first
    /// malformed member: what stands before it counts.
    /// </summary>
    private static bool Lists(StringValues lines, string etag, bool weakly)
    {
        foreach (var line in lines)
        {
            var rest = line.AsSpan().Trim(" \t");
            if (rest is "*")
                return true;

            while (!(rest = rest.TrimStart(" \t,")).IsEmpty)
            {
                var weak = rest.StartsWith("W/", StringComparison.Ordinal);
                if (weak)
                    rest = rest[2..];
                if (rest[0..Math.Min(1, rest.Length)] is not "\"" || rest[1..].IndexOf('"') is not (>= 0 and var end))
                    break;
                if (rest[..(end + 2)].SequenceEqual(etag) && (weakly || !weak))
                    return true;
                rest = rest[(end + 2)..];
            }
        }

        return false;
    }

    private static bool TryParseDate(StringValues value, out DateTimeOffset date)
    {
        date = default;
        return value.Count == 1 && HeaderUtilities.TryParseDate(value[0], out date);
    }
}
