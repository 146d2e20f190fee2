using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace Samples.Server;

/// <summary>Listens for Kestrel on a <see cref="FastEndPoint"/>: as Kestrel's own transport does, but that a connection is left unread.</summary>
internal sealed class FastListenerFactory(IOptions<SocketTransportOptions> transport, ILoggerFactory loggers) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    public bool CanBind(EndPoint endpoint) => endpoint is FastEndPoint;

    /// <exception cref="AddressInUseException">Somebody else listens there.</exception>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        try
        {
            var socket = transport.Value.CreateBoundListenSocket(endpoint);
            socket.Listen(transport.Value.Backlog);
            return ValueTask.FromResult<IConnectionListener>(new FastListener(socket, new SocketConnectionContextFactory(Options(), loggers.CreateLogger<SocketConnectionContextFactory>())));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new AddressInUseException(e.Message, e);
        }
    }

    /// <summary>Kestrel has no public way from the one to the other.</summary>
    private SocketConnectionFactoryOptions Options() => new()
    {
        IOQueueCount = transport.Value.IOQueueCount,
        MaxReadBufferSize = transport.Value.MaxReadBufferSize,
        MaxWriteBufferSize = transport.Value.MaxWriteBufferSize,
        UnsafePreferInlineScheduling = transport.Value.UnsafePreferInlineScheduling,
        WaitForDataBeforeAllocatingBuffer = transport.Value.WaitForDataBeforeAllocatingBuffer,
    };
}
