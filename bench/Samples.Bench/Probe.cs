using System.Net.Sockets;
using System.Text;

namespace Samples.Bench;

/// <summary>Asks a program's probe until it is content, as closely as a socket can be asked.</summary>
public static class Probe
{
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(30);

    /// <returns>How long it took.</returns>
    /// <exception cref="TimeoutException">It did not answer 200 within 30 s.</exception>
    public static TimeSpan WaitFor(int port, string path)
    {
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        while (!Answers(port, path))
        {
            if (System.Diagnostics.Stopwatch.GetElapsedTime(started) > _deadline)
                throw new TimeoutException($"http://127.0.0.1:{port}{path} did not answer 200 within {_deadline.TotalSeconds} s.");
        }

        return System.Diagnostics.Stopwatch.GetElapsedTime(started);
    }

    private static bool Answers(int port, string path)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect("127.0.0.1", port);
            socket.Send(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
            var buffer = new byte[64];
            return Encoding.ASCII.GetString(buffer, 0, socket.Receive(buffer)).StartsWith("HTTP/1.1 200", StringComparison.Ordinal);
        }
        catch (SocketException)
        {
            // Not listening yet: let it have the processor.
            Thread.Yield();
            return false;
        }
    }
}
