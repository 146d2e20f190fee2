using System.Net;
using System.Net.Http.Headers;

namespace Samples.Sidecar.Sources;

/// <summary>
/// Reads a response's body; where the connection breaks and the server allows it, it asks for the rest by Range (RFC 9110
/// §14.2), up to five times, and the reader notices nothing.
/// </summary>
/// <param name="http">Asks again.</param>
/// <param name="response">The first one, 200; disposed with this.</param>
/// <param name="repeat">Makes the request anew; null where a part from one response and a part from the next may not be of one whole.</param>
/// <param name="clock">What the pauses go by.</param>
internal sealed class ResumingStream(HttpClient http, HttpResponseMessage response, Func<HttpRequestMessage>? repeat, TimeProvider clock) : Stream
{
    private const int MaxResumptions = 5;
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);

    private readonly string _shown = SourceHttp.Show(response.RequestMessage!);
    private readonly long? _length = response.Content.Headers.ContentLength;
    private HttpResponseMessage _response = response;
    private Stream? _body;
    private long _position;
    private int _resumptions;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    /// <exception cref="SourceUnavailableException">The body broke off, for good.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                _body ??= await _response.Content.ReadAsStreamAsync(cancellationToken);
                var read = await _body.ReadAsync(buffer, cancellationToken);
                _position += read;
                return read;
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                if (!await TryResumeAsync(cancellationToken))
                    throw new SourceUnavailableException($"{_shown} broke off: {SourceHttp.Explain(e)}", inner: e);
            }
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _body?.Dispose();
            _response.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task<bool> TryResumeAsync(CancellationToken cancellation)
    {
        while (repeat is not null && _resumptions < MaxResumptions)
        {
            await Task.Delay(_pause * _resumptions++, clock, cancellation);
            using var request = repeat();
            request.Headers.Range = new RangeHeaderValue(_position, null);
            HttpResponseMessage rest;
            try
            {
                rest = await http.AskAsync(request, cancellation);
            }
            catch (SourceUnavailableException)
            {
                continue;
            }

            if (Continues(rest))
            {
                _body?.Dispose();
                _response.Dispose();
                (_body, _response) = (null, rest);
                return true;
            }

            rest.Dispose();
            // The whole once more, or nothing that is known: what is there already is of no use.
            if ((int)rest.StatusCode < 500)
                return false;
        }

        return false;
    }

    /// <summary>From where the last one ended to the end of the same whole.</summary>
    private bool Continues(HttpResponseMessage rest) =>
        rest.StatusCode == HttpStatusCode.PartialContent
        && rest.Content.Headers.ContentRange is { Unit: "bytes" } range
        && range.From == _position
        && (_length is not { } length || (range.To == length - 1 && (range.Length ?? length) == length));
}
