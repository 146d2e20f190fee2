using System.Text;

namespace Samples.Server;

/// <summary>A short text for whoever reads it with curl, never to be kept by a cache.</summary>
internal static class PlainResponse
{
    public static async Task WriteAsync(HttpContext context, int status, string text)
    {
        var body = Encoding.UTF8.GetBytes(text + "\n");
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = SiteHeaders.PlainText;
        response.ContentLength = body.Length;
        response.Headers.XContentTypeOptions = SiteHeaders.NoSniff;
        response.Headers.CacheControl = SiteHeaders.NoStore;
        if (HttpMethods.IsHead(context.Request.Method))
            return;

        if (context.Features.Get<ResponseRecord>() is { } record)
            record.BodyBytes = body.Length;
        await response.BodyWriter.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }
}
