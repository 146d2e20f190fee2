using System.Net.Sockets;
using System.Text;

namespace Samples.Server.Tests;

/// <summary>A connection whose bytes, pace and ends the test decides.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly TcpClient _client = new() { ReceiveBufferSize = 4096 };
    private readonly NetworkStream _stream;
    private readonly MemoryStream _received = new();

    public RawConnection(Uri server)
    {
        _client.Connect(server.Host, server.Port);
        _stream = _client.GetStream();
    }

    /// <summary>Whether the server ended it with a reset, as a system does for one that closes on bytes it has not read; it may cost the end of an answer.</summary>
    public bool WasReset { get; private set; }

    public async Task SendAsync(string text) => await _stream.WriteAsync(Encoding.Latin1.GetBytes(text), TestContext.Current.CancellationToken);

    /// <summary>As <see cref="SendAsync"/>, where the server may have closed the connection already.</summary>
    public async Task TrySendAsync(string text)
    {
        try
        {
            await SendAsync(text);
        }
        catch (IOException)
        {
            WasReset = true;
        }
    }

    /// <summary>Closes the writing side; the other one stays open.</summary>
    public void EndSending() => _client.Client.Shutdown(SocketShutdown.Send);

    /// <summary>Waits for the beginning of an answer, or for the end of the connection.</summary>
    public async Task ReadSomeAsync()
    {
        var buffer = new byte[4096];
        try
        {
            _received.Write(buffer, 0, await _stream.ReadAsync(buffer, TestContext.Current.CancellationToken));
        }
        catch (IOException)
        {
            WasReset = true;
        }
    }

    /// <summary>Reads until the server closes, however it does, and returns all that was ever received.</summary>
    public async Task<string> ReadToEndAsync()
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        try
        {
            await _stream.CopyToAsync(_received, deadline.Token);
        }
        catch (IOException)
        {
            WasReset = true; // what came before it counts
        }

        return Encoding.Latin1.GetString(_received.GetBuffer(), 0, (int)_received.Length);
    }

    public void Dispose()
    {
        _received.Dispose();
        _client.Dispose();
    }
}
