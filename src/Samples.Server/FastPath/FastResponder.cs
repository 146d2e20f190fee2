using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Samples.Server;

/// <summary>Finds the answer to a plain request. One for each <see cref="EventLoop"/>.</summary>
internal sealed class FastResponder(CurrentSite current, ServerMetrics metrics, AccessLog log, ServerOptions options, KestrelServerLimits limits)
{
    private const string SharedReleases = "/_release/";

    private readonly FastRequest _request = new(limits);
    private readonly byte[] _date = new byte["ddd, dd MMM yyyy HH:mm:ss GMT".Length];
    private byte[] _head = new byte[1024];
    private long _second = -1;
    private long _answered;

    public long Answered => Volatile.Read(ref _answered);

    /// <summary>Null where the request is not for the fast path.</summary>
    /// <param name="buffer">What the connection has sent.</param>
    /// <param name="length">Bytes of it.</param>
    /// <param name="connection">Where it came from.</param>
    /// <param name="head">Of the answer, until the next one.</param>
    public FastExchange? Answer(byte[] buffer, int length, FastConnection connection, out ReadOnlySpan<byte> head)
    {
        head = default;
        var started = Stopwatch.GetTimestamp();
        // Read once: the request keeps this site to its end, whatever is switched to meanwhile.
        if (!_request.TryRead(buffer, length) || current.Site is not { } site || Find(site) is not { } answer)
            return null;

        head = HeadOf(answer);
        return new FastExchange(site.ReleaseId, answer, _request.IsHead, started, log.IsEnabled ? EntryOf(answer, site, connection) : null);
    }

    /// <summary>Counts and logs a request whose answer was sent, or whose client was gone before.</summary>
    public void Finish(FastExchange exchange)
    {
        var duration = Stopwatch.GetElapsedTime(exchange.Started);
        Volatile.Write(ref _answered, _answered + 1);
        metrics.Answered(exchange.Release, exchange.Answer.Status, exchange.Body.Length);
        metrics.Took(exchange.IsHead, exchange.Answer.Status, duration);
        if (exchange.Entry is { } entry)
            log.Write(entry, duration);
    }

    private ReadyAnswer? Find(Site site)
    {
        if (site.Redirects.HasForced || (options.ShareReleases && _request.Path.StartsWith(SharedReleases)))
            return null;
        if (!site.TryGet(_request.Path, out var asset) || EncodingNegotiation.Choose(asset, _request.AcceptEncoding) is not { Bytes: not null } representation)
            return null;

        var outcome = Preconditions.Evaluate(default, default, _request.IfNoneMatch, _request.IfModifiedSince, representation.ETag, asset.Modified);
        return asset.Ready.Find(site, representation, outcome == PreconditionOutcome.NotModified);
    }

    private ReadOnlySpan<byte> HeadOf(ReadyAnswer answer)
    {
        var now = DateTime.UtcNow;
        if (now.Ticks / TimeSpan.TicksPerSecond is var second && second != _second)
        {
            _second = second;
            Encoding.ASCII.GetBytes(now.ToString("R", CultureInfo.InvariantCulture), _date);
        }

        if (_head.Length < answer.HeadLength)
            _head = new byte[answer.HeadLength];
        answer.WriteHead(_head, _date);
        return _head.AsSpan(0, answer.HeadLength);
    }

    private AccessEntry EntryOf(ReadyAnswer answer, Site site, FastConnection connection) => new(
        _request.IsHead ? HttpMethods.Head : HttpMethods.Get,
        _request.Path.ToString(),
        _request.Query,
        HttpProtocol.Http11,
        answer.Status,
        _request.IsHead ? 0 : answer.Body.Length,
        connection.Client,
        _request.Referer,
        _request.UserAgent,
        answer.Coding,
        site.ReleaseId,
        _request.TraceParent);
}
