using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Samples.Server;

/// <summary>Accepts connections, and reads nothing from them.</summary>
internal sealed class FastListener(Socket socket, SocketConnectionContextFactory ordinary) : IConnectionListener
{
    public EndPoint EndPoint { get; } = socket.LocalEndPoint!;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                if (Take(await socket.AcceptAsync(cancellationToken).ConfigureAwait(false)) is { } connection)
                    return connection;
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                return null; // unbound
            }
            catch (SocketException)
            {
                // The client was gone before it was accepted: on to the next one.
            }
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        ordinary.Dispose();
        return ValueTask.CompletedTask;
    }

    private FastConnection? Take(Socket accepted)
    {
        try
        {
            accepted.NoDelay = true;
            accepted.Blocking = false; // else sending would wait for a client that does not read, and everybody with it
            return new FastConnection(accepted, ordinary);
        }
        catch (SocketException)
        {
            accepted.Dispose(); // gone already
            return null;
        }
    }
}
