using System.Text.Json;
using Samples.Sidecar.Sync;

namespace Samples.Sidecar.Http;

/// <summary>
/// <c>/events</c>: server-sent events (WHATWG HTML §9.2), each the whole status, so that one missed costs nothing.
/// A comment every 15 s keeps proxies from taking silence for an end.
/// </summary>
internal static class StatusEvents
{
    private static readonly TimeSpan _heartbeat = TimeSpan.FromSeconds(15);

    public static async Task WriteAsync(HttpContext context, StatusBoard board, IHostApplicationLifetime lifetime, TimeProvider clock)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            for (var page = board.CurrentPage; ; page = board.CurrentPage)
            {
                var status = JsonSerializer.Serialize(page.Status, SidecarJson.Default.SidecarStatus);
                await WriteAsync(context.Response, $"event: status\ndata: {status}\n\n", ended.Token);
                while (await Task.WhenAny(page.Turned, Task.Delay(_heartbeat, clock, ended.Token)) != page.Turned)
                    await WriteAsync(context.Response, ":\n\n", ended.Token);
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The reader left, or the sidecar stops: either way the stream has ended.
        }
    }

    private static async Task WriteAsync(HttpResponse response, string text, CancellationToken ended)
    {
        ended.ThrowIfCancellationRequested();
        await response.WriteAsync(text, ended);
        await response.Body.FlushAsync(ended);
    }
}
