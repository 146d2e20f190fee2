using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Samples.Server;

/// <summary>
/// Answers the plainest requests, GET and HEAD of what is in memory, on the connection itself: one call to read, one to send. Whatever
/// is not as plain goes, with its connection, to Kestrel and the pipeline, so there is one place that decides it. What both answer is the same
/// to the byte, which a test holds them to.
/// </summary>
internal sealed class FastPath : IDisposable
{
    private readonly Lazy<EventLoop[]> _loops;
    private int _next;

    public FastPath(CurrentSite current, ServerMetrics metrics, AccessLog log, IOptions<ServerOptions> options, IOptions<KestrelServerOptions> kestrel, ILogger<FastPath> logger)
    {
        var limits = kestrel.Value.Limits;
        _loops = new Lazy<EventLoop[]>(() =>
            [.. Enumerable.Range(0, Environment.ProcessorCount).Select(number => new EventLoop(new FastResponder(current, metrics, log, options.Value, limits), limits, logger, number))]);
    }

    /// <summary>Requests answered so far.</summary>
    public long Answered => _loops.IsValueCreated ? _loops.Value.Sum(loop => loop.Answered) : 0;

    /// <summary>Whether it can be taken: what acts on every request, or on what only the pipeline knows of it, needs the pipeline.</summary>
    public static bool IsFor(ServerOptions options, IConfiguration configuration, IHostEnvironment environment) =>
        options.FastPath && OperatingSystem.IsLinux() && !RateLimits.IsOn(options.RateLimit) && options.TrustedProxies.Length == 0 && !ServerTiming.IsOn(options, configuration, environment);

    /// <summary>Takes the connections of a <see cref="FastEndPoint"/> before all else.</summary>
    public static void Use(ListenOptions listen) => listen.Use(next =>
    {
        var path = listen.ApplicationServices.GetRequiredService<FastPath>();
        return async connection =>
        {
            var fast = (FastConnection)connection;
            var ordinary = listen.Protocols.HasFlag(HttpProtocols.Http1) ? await path.NextLoop().ServeAsync(fast).ConfigureAwait(false) : fast.BecomeOrdinary([]);
            if (ordinary is not null)
                await next(ordinary).ConfigureAwait(false);
        };
    });

    public void Dispose()
    {
        if (_loops.IsValueCreated)
            Array.ForEach(_loops.Value, loop => loop.Dispose());
    }

    private EventLoop NextLoop() => _loops.Value[(uint)Interlocked.Increment(ref _next) % _loops.Value.Length];
}
