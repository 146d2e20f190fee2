using Yarp.ReverseProxy.Transforms;

namespace Samples.Server;

/// <summary>What server-sent events, which have neither an end nor a pace, need of a proxy.</summary>
internal static class EventStream
{
    public static bool IsOne(HttpResponse response) =>
        response.ContentType?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>YARP holds the headers back until the first event; a page would take a quiet stream for one that did not open.</summary>
    public static async ValueTask FlushHeadersAsync(ResponseTransformContext context)
    {
        if (context.ProxyResponse is not null && IsOne(context.HttpContext.Response))
            await context.HttpContext.Response.Body.FlushAsync(context.CancellationToken).ConfigureAwait(false);
    }
}
