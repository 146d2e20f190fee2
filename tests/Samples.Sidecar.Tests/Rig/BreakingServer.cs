using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Samples.Sidecar.Tests.Rig;

/// <summary>Serves one file, from where it is asked for, and ends each connection before the end has come.</summary>
internal sealed partial class BreakingServer : IAsyncDisposable
{
    private readonly RawServer _server;
    private readonly ConcurrentQueue<string> _heads = new();
    private readonly byte[] _file;
    private readonly string? _etag;
    private readonly int _length;

    /// <param name="etag">Null for none.</param>
    /// <param name="length">Bytes of the body that a connection lives for.</param>
    public BreakingServer(byte[] file, string? etag, int length)
    {
        (_file, _etag, _length) = (file, etag, length);
        _server = new RawServer(AnswerAsync);
    }

    /// <summary>The heads of the requests so far.</summary>
    public IReadOnlyList<string> Requests => [.. _heads];

    /// <summary>Answers a request for a part instead.</summary>
    public Func<Socket, CancellationToken, Task>? AnswerPart { get; set; }

    public string Url(string name) => _server.Url(name);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(string head, Socket socket, CancellationToken cancellation)
    {
        _heads.Enqueue(head);
        var range = Range().Match(head);
        if (range.Success && AnswerPart is { } answer)
        {
            await answer(socket, cancellation);
            return;
        }

        var from = range.Success ? int.Parse(range.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
        var said = new StringBuilder(range.Success ? $"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes {from}-{_file.Length - 1}/{_file.Length}\r\n" : "HTTP/1.1 200 OK\r\n");
        if (_etag is not null)
            said.Append(CultureInfo.InvariantCulture, $"ETag: {_etag}\r\n");
        said.Append(CultureInfo.InvariantCulture, $"Content-Length: {_file.Length - from}\r\n\r\n");
        await RawServer.SendAsync(socket, said.ToString(), cancellation);
        await socket.SendAsync(_file.AsMemory(from, Math.Min(_length, _file.Length - from)), cancellation);
    }

    [GeneratedRegex(@"^Range: bytes=(\d+)-\r?$", RegexOptions.Multiline)]
    private static partial Regex Range();
}
