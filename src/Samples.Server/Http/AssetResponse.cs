using Microsoft.Extensions.Options;

namespace Samples.Server;

/// <summary>
/// Answers GET and HEAD with an asset. Negotiation comes first, and all that follows is about the one representation it
/// selected: its tag, its length, its ranges. So a range never mixes codings: a client that sends the same headers
/// gets parts of the same bytes, and If-Range tells it when it does not (RFC 9110 §14.2, §13.1.5).
/// </summary>
internal static class AssetResponse
{
    public static Task WriteAsync(HttpContext context, Site site, Asset asset, ResponseRecord record)
    {
        var (request, response) = (context.Request, context.Response);
        var headers = response.Headers;
        if (EncodingNegotiation.Choose(asset, request.Headers.AcceptEncoding) is not { } representation)
        {
            SiteHeaders.AddCommon(headers, site);
            headers.Vary = asset.Vary;
            return PlainResponse.WriteAsync(context, StatusCodes.Status406NotAcceptable, "There is no form of this file that Accept-Encoding allows.");
        }

        Describe(headers, site, asset, representation);
        if (Preconditions.TryAnswer(context, representation.ETag, asset.Modified))
            return Task.CompletedTask;

        headers.AcceptRanges = SiteHeaders.AcceptRanges;
        var range = new ByteRange(0, representation.Length - 1);
        switch (SelectRanges(context, asset, representation, out var ranges))
        {
            case RangeOutcome.Unsatisfiable:
                response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
                response.ContentLength = 0;
                headers.ContentRange = $"bytes */{representation.Length}";
                return Task.CompletedTask;
            case RangeOutcome.Parts:
                return MultipartRanges.SendAsync(context, asset, ranges, record);
            case RangeOutcome.Part:
                range = ranges[0];
                response.StatusCode = StatusCodes.Status206PartialContent;
                headers.ContentRange = $"bytes {range.First}-{range.Last}/{representation.Length}";
                break;
        }

        return SendAsync(context, asset, representation, range, record);
    }

    /// <summary>Sets what an answer has with a body and without, to a 304 for one.</summary>
    public static void Describe(IHeaderDictionary headers, Site site, Asset asset, Representation representation)
    {
        SiteHeaders.AddCommon(headers, site);
        headers.Vary = asset.Vary;
        headers.ETag = representation.ETagHeader;
        headers.LastModified = asset.LastModified;
        headers.CacheControl = asset.CacheControl;
        asset.Headers.Apply(headers);
    }

    /// <summary>Sets what an answer says of its body.</summary>
    public static void DescribeBody(IHeaderDictionary headers, Asset asset, Representation representation, long length)
    {
        headers.ContentType = asset.ContentType;
        headers.ContentLength = length;
        if (representation.Coding is not null)
            headers.ContentEncoding = representation.CodingHeader;
    }

    /// <summary>Answers with an asset in place of what was asked for: unconditionally, whole, under the status set before.</summary>
    public static Task WriteInsteadAsync(HttpContext context, Asset asset, ResponseRecord record)
    {
        var representation = EncodingNegotiation.Choose(asset, context.Request.Headers.AcceptEncoding) ?? asset.Identity;
        context.Response.Headers.Vary = asset.Vary;
        context.Response.Headers.CacheControl = SiteHeaders.NoCache;
        asset.Headers.Apply(context.Response.Headers);
        return SendAsync(context, asset, representation, new ByteRange(0, representation.Length - 1), record);
    }

    private static RangeOutcome SelectRanges(HttpContext context, Asset asset, Representation representation, out List<ByteRange> ranges)
    {
        ranges = [];
        var request = context.Request;
        if (request.Headers.Range is not { Count: 1 } header
            || !HttpMethods.IsGet(request.Method)
            || !Preconditions.RangeApplies(request.Headers.IfRange, representation.ETag, asset.Modified))
            return RangeOutcome.Whole;

        var most = context.RequestServices.GetRequiredService<IOptions<ServerOptions>>().Value.MaxRanges;
        var outcome = ByteRangeSet.Parse(header[0], representation.Length, most, out ranges);
        return outcome == RangeOutcome.Parts && representation.Coding is not null ? RangeOutcome.Whole : outcome;
    }

    private static Task SendAsync(HttpContext context, Asset asset, Representation representation, ByteRange range, ResponseRecord record)
    {
        var response = context.Response;
        DescribeBody(response.Headers, asset, representation, range.Length);
        record.Coding = representation.Coding;
        record.Source ??= representation.File is null ? ServerTiming.Memory : ServerTiming.File;
        if (range.Length == 0 || HttpMethods.IsHead(context.Request.Method))
            return Task.CompletedTask;

        if (representation.File is { } file)
            return FileSender.SendAsync(context, file, range, record);

        record.BodyBytes = range.Length;
        var write = response.BodyWriter.WriteAsync(representation.Bytes.AsMemory((int)range.First, (int)range.Length), context.RequestAborted);
        return write.IsCompletedSuccessfully ? Task.CompletedTask : write.AsTask();
    }
}
