using System.Buffers;
using System.Collections.Concurrent;
using LibGit2Sharp;

namespace Samples.Sidecar.Sources.Git;

/// <summary>
/// How libgit2 reaches a server: it speaks the smart protocol (gitprotocol-http(5)), and each of its requests goes out
/// through the source's own HTTP client. libgit2 makes the transport itself, so a connection is known by the address
/// that it has libgit2 connect to.
/// </summary>
internal sealed class GitTransport : RpcSmartSubtransport
{
    public const string Scheme = "samples-git";

    private static readonly ConcurrentDictionary<string, GitHttp> _connections = new(StringComparer.Ordinal);
    private static long _count;

    /// <summary>The address by which libgit2 reaches a connection, until <see cref="Remove"/>.</summary>
    public static string Add(GitHttp connection)
    {
        var url = $"{Scheme}://{Interlocked.Increment(ref _count)}/repository";
        _connections[url] = connection;
        return url;
    }

    public static void Remove(string url) => _connections.TryRemove(url, out _);

    protected override SmartSubtransportStream Action(string url, GitSmartSubtransportAction action) =>
        new RequestStream(this, _connections[url], isPost: action == GitSmartSubtransportAction.UploadPack);

    /// <summary>One request: what libgit2 writes is its body, what it reads is the response's.</summary>
    private sealed class RequestStream(GitTransport transport, GitHttp connection, bool isPost) : SmartSubtransportStream(transport)
    {
        private readonly byte[] _buffer = new byte[64 * 1024];
        private readonly ArrayBufferWriter<byte> _body = new();
        private Stream? _response;

        public override int Write(Stream dataStream, long length)
        {
            dataStream.ReadExactly(_body.GetSpan((int)length)[..(int)length]);
            _body.Advance((int)length);
            return 0;
        }

        public override int Read(Stream dataStream, long length, out long bytesRead)
        {
            _response ??= isPost ? connection.Post(_body.WrittenSpan.ToArray()) : connection.Get();
            var read = connection.Read(_response, _buffer.AsMemory(0, (int)Math.Min(length, _buffer.Length)));
            dataStream.Write(_buffer, 0, read);
            bytesRead = read;
            return 0;
        }

        protected override void Free()
        {
            _response?.Dispose();
            base.Free();
        }
    }
}
