using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace Samples.Server;

/// <summary>
/// nginx's <c>proxy_next_upstream</c> as it is by default: where a destination of the cluster cannot be reached or does
/// not answer in time, the next one is asked, each at most once. Only for requests that are safe to repeat (RFC 9110
/// §9.2.1) and have no body, and only before a byte was answered.
/// </summary>
internal sealed partial class NextUpstreamMiddleware(RequestDelegate next, ILogger<NextUpstreamMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var proxy = context.GetReverseProxyFeature();
        var untried = proxy.AvailableDestinations.ToList();
        while (true)
        {
            // Load balancing leaves the one that it chose.
            proxy.AvailableDestinations = untried;
            await next(context).ConfigureAwait(false);
            if (proxy.ProxiedDestination is not { } tried || !untried.Remove(tried) || untried.Count == 0 || !MayRepeat(context))
                return;

            Log.AskedTheNext(logger, tried.DestinationId, proxy.Route.Config.RouteId);
            context.Features.Set<IForwarderErrorFeature>(null);
            context.Response.Clear();
        }
    }

    private static bool MayRepeat(HttpContext context) =>
        context.Features.Get<IForwarderErrorFeature>() is { Error: ForwarderError.Request or ForwarderError.RequestTimedOut }
        && !context.Response.HasStarted
        && !context.RequestAborted.IsCancellationRequested
        && (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) || HttpMethods.IsOptions(context.Request.Method))
        && context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false };

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Upstream {Destination} of route {Route} did not answer; asked the next one")]
        public static partial void AskedTheNext(ILogger logger, string destination, string route);
    }
}
