using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Samples.Sidecar.Tests.Rig;

/// <summary>A server below HTTP's manners: it accepts, reads the request's head, and then does whatever a test wants to the stream.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Func<string, Socket, CancellationToken, Task> _answer;
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _accepting;

    public RawServer(Func<Socket, CancellationToken, Task> answer)
        : this((_, socket, cancellation) => answer(socket, cancellation))
    {
    }

    /// <param name="answer">Gets the request's head first.</param>
    public RawServer(Func<string, Socket, CancellationToken, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Ends when the first request has come.</summary>
    public Task Asked => _asked.Task.WaitAsync(Eventually.Deadline, TestContext.Current.CancellationToken);

    public string Url(string name) => $"http://{_listener.LocalEndpoint}/{name}";

    /// <summary>Sends a head and what there is of a body, then closes the connection.</summary>
    public static RawServer Sending(string head, byte[] body) => new(async (socket, cancellation) =>
    {
        await SendAsync(socket, $"HTTP/1.1 200 OK\r\n{head}\r\n\r\n", cancellation);
        await socket.SendAsync(body, cancellation);
    });

    public static async Task SendAsync(Socket socket, string text, CancellationToken cancellation) =>
        await socket.SendAsync(Encoding.ASCII.GetBytes(text), cancellation);

    /// <summary>Never answers again, until the server stops.</summary>
    public static Task HangAsync(Socket socket, CancellationToken cancellation) => Hang.UntilAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        var answers = new List<Task>();
        try
        {
            while (true)
                answers.Add(AnswerAsync(await _listener.AcceptSocketAsync(_stopping.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(answers);
        }
    }

    private async Task AnswerAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                var head = new byte[16 * 1024];
                var length = await socket.ReceiveAsync(head, _stopping.Token);
                _asked.TrySetResult();
                await _answer(Encoding.ASCII.GetString(head, 0, length), socket, _stopping.Token);
                socket.Shutdown(SocketShutdown.Send);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The test is over, or one side has hung up.
            }
        }
    }
}
