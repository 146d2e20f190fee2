using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http;
using HttpMethod = Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http.HttpMethod;
using HttpVersion = Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http.HttpVersion;

namespace Samples.Server;

/// <summary>
/// A request as the fast path takes it, read by Kestrel's own parser: one GET or HEAD of HTTP/1.1, whole, alone, and with nothing about it that
/// more than one reading is thinkable of. All others are Kestrel's, whatever is to be said of them. Used again for the next one.
/// </summary>
internal sealed class FastRequest(KestrelServerLimits limits)
{
    private const int MaxPathLength = 1024;

    private static readonly HttpParser<Handler> _parser = new(false);
    private static readonly SearchValues<byte> _inPath = SearchValues.Create("-._~!$&'()*+,;=:@/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);
    private static readonly SearchValues<byte> _inHost = SearchValues.Create("-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);
    private static readonly SearchValues<byte> _token = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private readonly long _maxLength = Math.Min(limits.MaxRequestLineSize, limits.MaxRequestHeadersTotalSize);
    private readonly char[] _path = new char[MaxPathLength];
    private int _pathLength;
    private string? _host;
    private int _headers;
    private bool _isPlain;

    public ReadOnlySpan<char> Path => _path.AsSpan(0, _pathLength);

    public bool IsHead { get; private set; }

    public string? Query { get; private set; }

    public string? AcceptEncoding { get; private set; }

    public string? IfNoneMatch { get; private set; }

    public string? IfModifiedSince { get; private set; }

    public string? Referer { get; private set; }

    public string? UserAgent { get; private set; }

    public string? TraceParent { get; private set; }

    /// <summary>False where the request is not one for the fast path.</summary>
    public bool TryRead(byte[] buffer, int length)
    {
        _headers = 0;
        _isPlain = length <= _maxLength;
        _host = AcceptEncoding = IfNoneMatch = IfModifiedSince = Referer = UserAgent = TraceParent = null;
        try
        {
            var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>(buffer, 0, length));
            return _parser.ParseRequestLine(new Handler(this), ref reader) && _isPlain
                && _parser.ParseHeaders(new Handler(this), ref reader) && _isPlain
                && reader.End && _host is not null;
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException)
        {
            return false;
        }
    }

    private void Begin(HttpVersionAndMethod start, TargetOffsetPathLength path, ReadOnlySpan<byte> line)
    {
        var target = line[path.Offset..];
        var bytes = target[..path.Length];
        var query = target[path.Length..];
        IsHead = start.Method == HttpMethod.Head;
        _isPlain = start.Version == HttpVersion.Http11 && (IsHead || start.Method == HttpMethod.Get)
            && !path.IsEncoded && bytes.Length is > 0 and <= MaxPathLength && bytes[0] == '/'
            && !bytes.ContainsAnyExcept(_inPath) && bytes.IndexOf("/."u8) < 0
            && !query.ContainsAnyExceptInRange((byte)'!', (byte)'~') && !query.Contains((byte)'#');
        if (!_isPlain)
            return;
        _pathLength = Encoding.ASCII.GetChars(bytes, _path);
        Query = query.IsEmpty ? "" : Encoding.ASCII.GetString(query);
    }

    private void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        _isPlain &= ++_headers <= limits.MaxRequestHeaderCount && !name.ContainsAnyExcept(_token) && !value.ContainsAnyExceptInRange((byte)' ', (byte)'~');
        if (!_isPlain)
            return;
        switch (name.Length)
        {
            case 4 when Is(name, "Host"u8):
                _isPlain = IsHost(value);
                _host = Once(_host, value);
                break;
            case 7 when Is(name, "Referer"u8):
                Referer = Once(Referer, value);
                break;
            case 10 when Is(name, "User-Agent"u8):
                UserAgent = Once(UserAgent, value);
                break;
            case 10 when Is(name, "Connection"u8):
                _isPlain = Is(value, "keep-alive"u8);
                break;
            case 11 when Is(name, "traceparent"u8):
                TraceParent = Once(TraceParent, value);
                break;
            case 13 when Is(name, "If-None-Match"u8):
                IfNoneMatch = Once(IfNoneMatch, value);
                break;
            case 15 when Is(name, "Accept-Encoding"u8):
                AcceptEncoding = Once(AcceptEncoding, value);
                break;
            case 17 when Is(name, "If-Modified-Since"u8):
                IfModifiedSince = Once(IfModifiedSince, value);
                break;
            case 5 when Is(name, "Range"u8):
            case 6 when Is(name, "Expect"u8):
            case 7 when Is(name, "Upgrade"u8) || Is(name, "Trailer"u8):
            case 8 when Is(name, "If-Match"u8) || Is(name, "If-Range"u8):
            case 14 when Is(name, "Content-Length"u8):
            case 17 when Is(name, "Transfer-Encoding"u8):
            case 19 when Is(name, "If-Unmodified-Since"u8):
                _isPlain = false;
                break;
        }
    }

    /// <summary>A name or an IPv4 address, with a port or without.</summary>
    private static bool IsHost(ReadOnlySpan<byte> value)
    {
        var colon = value.IndexOf((byte)':');
        var name = colon < 0 ? value : value[..colon];
        return !name.IsEmpty && !name.ContainsAnyExcept(_inHost) && (colon < 0 || ushort.TryParse(value[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out _));
    }

    private static bool Is(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other) => Ascii.EqualsIgnoreCase(one, other);

    private string? Once(string? before, ReadOnlySpan<byte> value)
    {
        _isPlain &= before is null;
        return Encoding.ASCII.GetString(value);
    }

    private readonly struct Handler(FastRequest request) : IHttpRequestLineHandler, IHttpHeadersHandler
    {
        public void OnStartLine(HttpVersionAndMethod versionAndMethod, TargetOffsetPathLength targetPath, Span<byte> startLine) => request.Begin(versionAndMethod, targetPath, startLine);

        public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => request.Add(name, value);

        public void OnHeadersComplete(bool endStream)
        {
        }

        public void OnStaticIndexedHeader(int index) => throw new NotSupportedException();

        public void OnStaticIndexedHeader(int index, ReadOnlySpan<byte> value) => throw new NotSupportedException();
    }
}
