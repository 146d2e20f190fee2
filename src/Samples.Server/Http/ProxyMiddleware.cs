using Yarp.ReverseProxy.Forwarder;

namespace Samples.Server;

/// <summary>
/// Around YARP: counts what is proxied, says why an upstream did not answer, and lets go of endless responses
/// when the server stops.
/// </summary>
internal sealed partial class ProxyMiddleware(RequestDelegate next, IHostApplicationLifetime lifetime, ILogger<ProxyMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var record = ResponseRecord.Of(context);
        var body = context.Response.Body;
        context.Response.Body = new CountingStream(body, record);

        // An event stream has no end to wait for: open pages would hold up every shutdown for its whole time-out.
        // Cut off, a browser's EventSource connects again, to whoever serves then.
        using var stopping = lifetime.ApplicationStopping.Register(() =>
        {
            if (EventStream.IsOne(context.Response))
                context.Abort();
        });

        // No upstream works for a client that has hung up.
        using var hungUp = context.Features.Get<HalfClose>()?.WritingSideClosed.Register(context.Abort);

        try
        {
            await next(context).ConfigureAwait(false);
        }
        finally
        {
            context.Response.Body = body;
        }

        if (context.Features.Get<IForwarderErrorFeature>() is not { } failure || context.RequestAborted.IsCancellationRequested)
            return;

        if (failure.Error is not ForwarderError.RequestBodyClient)
            Log.UpstreamFailed(logger, context.GetEndpoint()?.DisplayName, failure.Error, failure.Exception?.Message);
        if (!context.Response.HasStarted)
            await ApologiseAsync(context, record, failure.Error).ConfigureAwait(false);
    }

    /// <summary>
    /// With the release's <c>50x.html</c> where the upstream failed, or in a few words. What an upstream itself answers
    /// is passed on as it is.
    /// </summary>
    private static Task ApologiseAsync(HttpContext context, ResponseRecord record, ForwarderError error)
    {
        if (error is ForwarderError.RequestBodyClient || record.Site is not { ErrorPages.UpstreamFailed: { } page } site)
            return PlainResponse.WriteAsync(context, context.Response.StatusCode, Explain(error));

        SiteHeaders.AddCommon(context.Response.Headers, site);
        record.Release = site.ReleaseId;
        return AssetResponse.WriteInsteadAsync(context, page, record);
    }

    private static string Explain(ForwarderError error) => error switch
    {
        ForwarderError.NoAvailableDestinations => "No upstream is available.",
        ForwarderError.RequestBodyClient => "The request's body is malformed or too large.",
        ForwarderError.RequestTimedOut => "The upstream did not answer in time.",
        _ => "The upstream did not answer.",
    };

    private static partial class Log
    {
        // In place of YARP's own, which is a stack trace a request for as long as the upstream is away.
        [LoggerMessage(LogLevel.Warning, "The upstream of route {Route} failed: {Error}: {Problem}")]
        public static partial void UpstreamFailed(ILogger logger, string? route, ForwarderError error, string? problem);
    }
}
