using System.Net.Sockets;
using System.Text;

namespace Samples.Server.Tests;

/// <summary>A connection whose bytes, pace and ends the test decides.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly TcpClient _client = new() { ReceiveBufferSize = 4096 };
    private readonly NetworkStream _stream;

    public RawConnection(Uri server)
    {
        _client.Connect(server.Host, server.Port);
        _stream = _client.GetStream();
    }

    public async Task SendAsync(string text) => await _stream.WriteAsync(Encoding.Latin1.GetBytes(text), TestContext.Current.CancellationToken);

    /// <summary>Closes the writing side; the other one stays open.</summary>
    public void EndSending() => _client.Client.Shutdown(SocketShutdown.Send);

    /// <summary>Reads until the server closes, however it does, and returns all of it.</summary>
    public async Task<string> ReadToEndAsync()
    {
        using var received = new MemoryStream();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        try
        {
            await _stream.CopyToAsync(received, deadline.Token);
        }
        catch (IOException)
        {
            // Reset: what came before it counts.
        }

        return Encoding.Latin1.GetString(received.GetBuffer(), 0, (int)received.Length);
    }

    public void Dispose() => _client.Dispose();
}
