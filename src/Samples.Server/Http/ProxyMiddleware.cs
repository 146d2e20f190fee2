using Yarp.ReverseProxy.Forwarder;

namespace Samples.Server;

/// <summary>
/// Around YARP: counts what is proxied, says in a few words why an upstream did not answer, and lets go of endless responses
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
        if (context.Response.HasStarted)
            return;
        await PlainResponse.WriteAsync(context, context.Response.StatusCode, Explain(failure.Error)).ConfigureAwait(false);
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
