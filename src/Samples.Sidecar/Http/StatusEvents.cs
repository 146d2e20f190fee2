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
            var events = board.WatchAsync(ended.Token).GetAsyncEnumerator(ended.Token);
            await using (events)
            {
                while (true)
                {
                    var next = events.MoveNextAsync().AsTask();
                    while (await Task.WhenAny(next, Task.Delay(_heartbeat, clock, ended.Token)) != next)
                    {
                        await context.Response.WriteAsync(":\n\n", ended.Token);
                        await context.Response.Body.FlushAsync(ended.Token);
                    }

                    await next;
                    var status = JsonSerializer.Serialize(events.Current, SidecarJson.Default.SidecarStatus);
                    await context.Response.WriteAsync($"event: status\ndata: {status}\n\n", ended.Token);
                    await context.Response.Body.FlushAsync(ended.Token);
                }
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The reader left, or the sidecar stops: either way the stream has ended.
        }
    }
}
