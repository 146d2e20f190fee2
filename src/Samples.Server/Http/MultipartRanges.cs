using System.Text;

namespace Samples.Server;

/// <summary>Several ranges in one answer: <c>multipart/byteranges</c> (RFC 9110 §14.6).</summary>
/// <remarks>Only of the identity: nothing says whether a multipart answer's <c>Content-Encoding</c> is the parts' or the whole's.</remarks>
internal static class MultipartRanges
{
    public static async Task SendAsync(HttpContext context, Asset asset, List<ByteRange> ranges, ResponseRecord record)
    {
        var (response, body) = (context.Response, asset.Identity);
        var boundary = body.ETag.Trim('"'); // a hash of the file, which no file contains by chance or by design
        var heads = ranges.ConvertAll(range => Encoding.ASCII.GetBytes(
            $"\r\n--{boundary}\r\nContent-Type: {asset.ContentType}\r\nContent-Range: bytes {range.First}-{range.Last}/{body.Length}\r\n\r\n"));
        var end = Encoding.ASCII.GetBytes($"\r\n--{boundary}--\r\n");

        response.StatusCode = StatusCodes.Status206PartialContent;
        response.ContentType = $"multipart/byteranges; boundary={boundary}";
        response.ContentLength = heads.Sum(head => (long)head.Length) + ranges.Sum(range => range.Length) + end.Length;
        using var lease = body.File?.Open(); // before anything is sent: a file that is gone can still become another answer
        foreach (var (head, range) in heads.Zip(ranges))
        {
            await WriteAsync(head).ConfigureAwait(false);
            if (body.File is { } file)
                await FileSender.SendAsync(context, file, range, record).ConfigureAwait(false);
            else
                await WriteAsync(body.Bytes.AsMemory((int)range.First, (int)range.Length)).ConfigureAwait(false);
        }

        await WriteAsync(end).ConfigureAwait(false);

        async Task WriteAsync(ReadOnlyMemory<byte> bytes)
        {
            record.BodyBytes += bytes.Length;
            await response.BodyWriter.WriteAsync(bytes, context.RequestAborted).ConfigureAwait(false);
        }
    }
}
