using System.Diagnostics;

namespace Samples.Server;

/// <summary>Sees every request to the site come and go: counts it, and logs it where that is switched on.</summary>
internal sealed class TrafficMiddleware(RequestDelegate next, ServerMetrics metrics, AccessLog log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var started = Stopwatch.GetTimestamp();
        var record = new ResponseRecord();
        context.Features.Set(record);
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            // Kestrel answers so once it has left this method.
            context.Response.StatusCode = (e as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status500InternalServerError;
            throw;
        }
        finally
        {
            metrics.Answered(record.Release, context.Response.StatusCode, record.BodyBytes);
            if (log.IsEnabled)
                log.Write(context, record, Stopwatch.GetElapsedTime(started));
        }
    }
}
