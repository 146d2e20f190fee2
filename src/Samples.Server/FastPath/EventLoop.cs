using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Samples.Hosting;

namespace Samples.Server;

/// <summary>
/// One thread that waits for many connections at once, as a worker of nginx does, and answers on whatever is ready. Nothing on it waits for
/// anything else: an answer is in memory, and what does not fit into a connection is sent when there is room.
/// </summary>
internal sealed partial class EventLoop : IDisposable
{
    /// <summary>Bytes. A longer head is Kestrel's.</summary>
    private const int MaxRequestLength = 8 << 10;

    private const int MaxReady = 256;
    private const int StopPollMilliseconds = 1000;

    private readonly ConcurrentDictionary<int, FastConnection> _connections = new();
    private readonly int _epoll = LinuxSocket.CreateEpoll();
    private readonly byte[] _request = new byte[MaxRequestLength];
    private readonly FastResponder _responder;
    private readonly KestrelServerLimits _limits;
    private readonly ILogger _logger;
    private volatile bool _stopped;

    public EventLoop(FastResponder responder, KestrelServerLimits limits, ILogger logger, int number)
    {
        (_responder, _limits, _logger) = (responder, limits, logger);
        new Thread(Run) { IsBackground = true, Name = $"fast path {number}" }.Start();
    }

    /// <summary>Answers on a connection for as long as its requests are plain.</summary>
    /// <returns>The same connection as an ordinary one, the next request still to be read; null where it has ended.</returns>
    public async Task<ConnectionContext?> ServeAsync(FastConnection connection)
    {
        using var draining = connection.Begin(_limits);
        _connections[connection.Descriptor] = connection;
        if (!LinuxSocket.TryWatch(_epoll, connection.Descriptor, LinuxSocket.Readable))
            LetGo(connection, []); // the user has no watch left (/proc/sys/fs/epoll/max_user_watches)
        return await connection.Left.ConfigureAwait(false) is { } taken ? connection.BecomeOrdinary(taken) : null;
    }

    /// <summary>Requests answered so far.</summary>
    public long Answered => _responder.Answered;

    public void Dispose() => _stopped = true;

    private void Run()
    {
        Span<int> ready = stackalloc int[MaxReady];
        while (!_stopped)
        {
            var count = LinuxSocket.Wait(_epoll, ready, StopPollMilliseconds);
            StandardOutput.Hold();
            foreach (var descriptor in ready[..count])
            {
                if (_connections.TryGetValue(descriptor, out var connection))
                    Advance(connection);
            }

            StandardOutput.Release();
        }

        LinuxSocket.CloseEpoll(_epoll);
    }

    private void Advance(FastConnection connection)
    {
        try
        {
            if (connection.IsSending)
                GoOn(connection, connection.SendRest(), wasBlocked: true);
            else
                Read(connection);
        }
        catch (Exception e)
        {
            // The thread is everybody's, and must not end with one of them.
            Log.Failed(_logger, e);
            LetGo(connection, null);
        }
    }

    private void Read(FastConnection connection)
    {
        var length = LinuxSocket.Receive(connection.Descriptor, _request);
        if (length == LinuxSocket.Again)
            return;
        if (length is 0 or LinuxSocket.Gone)
            LetGo(connection, null);
        else if (_responder.Answer(_request, length, connection, out var head) is { } exchange)
            GoOn(connection, connection.Send(exchange, head), wasBlocked: false);
        else
            LetGo(connection, _request[..length]);
    }

    private void GoOn(FastConnection connection, SendOutcome outcome, bool wasBlocked)
    {
        if (outcome != SendOutcome.Blocked)
            _responder.Finish(connection.Exchange!);
        if (outcome == SendOutcome.Gone)
            LetGo(connection, null);
        else if (wasBlocked != (outcome == SendOutcome.Blocked))
            LinuxSocket.Watch(_epoll, connection.Descriptor, wasBlocked ? LinuxSocket.Readable : LinuxSocket.Writable);
    }

    /// <param name="connection">Which is nothing to the loop any more.</param>
    /// <param name="taken">What was read of it and not answered; null where it has ended.</param>
    private void LetGo(FastConnection connection, byte[]? taken)
    {
        LinuxSocket.Unwatch(_epoll, connection.Descriptor);
        _connections.TryRemove(connection.Descriptor, out _);
        connection.Leave(taken);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Could not answer a request; its connection was closed")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
