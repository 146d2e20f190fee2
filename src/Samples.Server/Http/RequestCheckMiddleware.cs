using Microsoft.AspNetCore.Http.Features;

namespace Samples.Server;

/// <summary>Refuses what <see cref="RequestCheck"/> finds at fault, and closes the connection: what follows on it cannot be trusted either.</summary>
internal sealed class RequestCheckMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var rawTarget = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        return RequestCheck.FindFault(context.Request, rawTarget) is var (status, reason)
            ? RefuseAsync(context, status, reason)
            : next(context);
    }

    private static Task RefuseAsync(HttpContext context, int status, string reason)
    {
        if (HttpProtocol.IsHttp11(context.Request.Protocol) || HttpProtocol.IsHttp10(context.Request.Protocol))
            context.Response.Headers.Connection = "close";
        return PlainResponse.WriteAsync(context, status, reason);
    }
}
