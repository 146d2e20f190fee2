using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Samples.Server;

/// <summary>
/// Lets a client that has closed its writing side after the request have the whole answer. Kestrel takes the end of what a client sends for
/// the end of the client, and aborts; here only what ends both directions, such as a reset, does.
/// </summary>
/// <remarks>
/// A client that is gone for good looks the same until something is sent to it. So what costs an upstream something asks
/// <see cref="WritingSideClosed"/> and gives up at once, as nginx does.
/// </remarks>
internal sealed class HalfClose
{
    private HalfClose(CancellationToken writingSideClosed) => WritingSideClosed = writingSideClosed;

    /// <summary>Cancelled when the client will send no more.</summary>
    public CancellationToken WritingSideClosed { get; }

    public static void Allow(ListenOptions listen) => listen.Use(next => async connection =>
    {
        if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket)
        {
            await next(connection).ConfigureAwait(false);
            return;
        }

        var endOfInput = connection.ConnectionClosed;
        using var closed = new CancellationTokenSource();
        using var registration = endOfInput.UnsafeRegister(_ =>
        {
            if (!socket.Connected) // it still is after a FIN, and is not after a reset or an abort of our own
                closed.Cancel();
        }, null);
        connection.Features.Set(new HalfClose(endOfInput));
        connection.ConnectionClosed = closed.Token;
        await next(connection).ConfigureAwait(false);
    });
}
