using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Samples.Server;

/// <summary>
/// An accepted connection that an <see cref="EventLoop"/> answers on, until a request comes that is not for it: then, with that request put
/// back, it becomes an ordinary connection of Kestrel's for the rest of its life. Kestrel counts it, and may end it, from the beginning.
/// </summary>
internal sealed class FastConnection(Socket socket, SocketConnectionContextFactory ordinaries) : ConnectionContext
{
    private static long _count;

    private readonly TaskCompletionSource<byte[]?> _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private KestrelServerLimits? _limits;
    private ConnectionContext? _ordinary;
    private long _deadline = long.MaxValue;
    private byte[]? _head;
    private int _sent;

    public override string ConnectionId { get; set; } = $"F{Interlocked.Increment(ref _count):X}";

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new ConnectionItems();

    public override IDuplexPipe Transport
    {
        get => throw new InvalidOperationException("The connection is not an ordinary one yet.");
        set => throw new InvalidOperationException("The connection is not an ordinary one yet.");
    }

    public int Descriptor { get; } = (int)socket.Handle;

    /// <summary>The client's address; null where it is gone.</summary>
    public string? Client => field ??= FindClient();

    /// <summary>What was answered last, or is being.</summary>
    public FastExchange? Exchange { get; private set; }

    /// <summary>Whether part of an answer waits for the client to take what came before.</summary>
    public bool IsSending => _head is not null;

    /// <summary>Once the loop has let go of it, what was read and is not answered; null where the connection has ended.</summary>
    public Task<byte[]?> Left => _left.Task;

    /// <summary>From here on, what ends an ordinary connection ends this one: a deadline, or the server's end.</summary>
    /// <returns>To be disposed when the loop has let go of it.</returns>
    public IDisposable Begin(KestrelServerLimits limits)
    {
        _limits = limits;
        AwaitRequest();
        Features.GetRequiredFeature<IConnectionHeartbeatFeature>().OnHeartbeat(static connection => ((FastConnection)connection).EndIfLate(), this);
        return Features.GetRequiredFeature<IConnectionLifetimeNotificationFeature>().ConnectionClosedRequested
            .UnsafeRegister(static connection => ((FastConnection)connection!).End(SocketShutdown.Receive), this);
    }

    /// <summary>By the loop, when it lets go of it.</summary>
    public void Leave(byte[]? taken) => _left.TrySetResult(taken);

    /// <summary>Hands the socket over to Kestrel's own transport, and all that Kestrel has said of this connection.</summary>
    /// <param name="taken">What was read and is not answered.</param>
    public ConnectionContext BecomeOrdinary(byte[] taken)
    {
        _deadline = long.MaxValue;
        _ordinary = ordinaries.Create(socket);
        _ordinary.ConnectionId = ConnectionId;
        if (taken.Length > 0)
            _ordinary.Transport = new ResumedTransport(taken, _ordinary.Transport);
        foreach (var (type, feature) in Features)
            _ordinary.Features[type] ??= feature;
        return _ordinary;
    }

    /// <summary>Sends an answer, or begins to.</summary>
    /// <param name="exchange">What is answered.</param>
    /// <param name="head">Of the response; copied where it does not go out at once.</param>
    public SendOutcome Send(FastExchange exchange, ReadOnlySpan<byte> head)
    {
        Exchange = exchange;
        var total = head.Length + exchange.Body.Length;
        _sent = LinuxSocket.Send(Descriptor, head, exchange.Body);
        if (_sent == total)
        {
            AwaitRequest();
            return SendOutcome.Sent;
        }

        if (_sent == LinuxSocket.Gone)
            return SendOutcome.Gone;
        _sent = Math.Max(_sent, 0);
        _head = head.ToArray();
        AwaitRoom(total - _sent);
        return SendOutcome.Blocked;
    }

    /// <summary>Sends what is left of the answer, or more of it.</summary>
    public SendOutcome SendRest()
    {
        var body = Exchange!.Body;
        var sent = LinuxSocket.Send(Descriptor, _head.AsSpan(Math.Min(_sent, _head!.Length)), body.AsSpan(Math.Max(_sent - _head.Length, 0)));
        if (sent == LinuxSocket.Gone)
            return SendOutcome.Gone;

        _sent += Math.Max(sent, 0);
        if (_sent < _head.Length + body.Length)
            return SendOutcome.Blocked;
        _head = null;
        AwaitRequest();
        return SendOutcome.Sent;
    }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        if (_ordinary is { } connection)
            connection.Abort(abortReason);
        else
            End(SocketShutdown.Both);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_ordinary is { } connection)
            await connection.DisposeAsync().ConfigureAwait(false);
        socket.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private void AwaitRequest() => Volatile.Write(ref _deadline, Environment.TickCount64 + (long)_limits!.KeepAliveTimeout.TotalMilliseconds);

    /// <summary>The client has as long to take the rest as the rate that Kestrel demands gives it.</summary>
    private void AwaitRoom(int bytes) => Volatile.Write(ref _deadline, _limits!.MinResponseDataRate is { } rate
        ? Environment.TickCount64 + (long)Math.Max(rate.GracePeriod.TotalMilliseconds, bytes / rate.BytesPerSecond * 1000)
        : long.MaxValue);

    private void EndIfLate()
    {
        if (Environment.TickCount64 > Volatile.Read(ref _deadline))
            End(SocketShutdown.Both);
    }

    private string? FindClient()
    {
        try
        {
            return (socket.RemoteEndPoint as IPEndPoint)?.Address.ToString();
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>The loop sees the end, and lets go.</summary>
    private void End(SocketShutdown direction)
    {
        try
        {
            socket.Shutdown(direction);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It has ended already.
        }
    }
}
