using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Samples.Sidecar.Sources;

/// <summary>
/// An archive over HTTP(S), fetched by conditional GET (RFC 9110 §13). Its revision is the response's ETag, else
/// its Last-Modified, else a hash of the archive. It is streamed to disk and unpacked from there. What is shown
/// of its address ends before the query, which may hold a token.
/// </summary>
public sealed class ArchiveSource(Uri uri, HttpClient http) : IContentSource
{
    private const string HashPrefix = "sha256:";

    public string Kind => "archive";

    public string Uri { get; } = uri.GetLeftPart(UriPartial.Path);

    public async Task<IContentRevision?> CheckAsync(string? knownRevision, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        if (EntityTagHeaderValue.TryParse(knownRevision, out var tag))
            request.Headers.IfNoneMatch.Add(tag);
        else if (DateTimeOffset.TryParseExact(knownRevision, "R", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date))
            request.Headers.IfModifiedSince = date;

        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            // Canceled by none of ours: HttpClient's way to say that a connection took too long.
            throw new SourceUnavailableException($"GET {Uri} failed: {Explain(e)}", inner: e);
        }

        if (response.StatusCode == HttpStatusCode.OK)
        {
            var revision = response.Headers.ETag?.ToString() ?? response.Content.Headers.LastModified?.ToString("R", CultureInfo.InvariantCulture);
            if (revision is null || revision != knownRevision)
                return new ArchiveRevision(this, response, revision, knownRevision);
        }

        using (response)
        {
            return response.StatusCode is HttpStatusCode.OK || (response.StatusCode is HttpStatusCode.NotModified && knownRevision is not null)
                ? null
                : throw new SourceUnavailableException($"GET {Uri} answered {(int)response.StatusCode} {response.ReasonPhrase}.", RetryAfterOf(response));
        }
    }

    internal static TimeSpan? RetryAfterOf(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - (response.Headers.Date ?? DateTimeOffset.UtcNow),
        _ => null,
    };

    /// <summary>An HttpRequestException's own message often says no more than that its cause says more.</summary>
    internal static string Explain(Exception e) =>
        e.InnerException is { } inner && !e.Message.Contains(inner.Message, StringComparison.Ordinal) ? $"{e.Message} {inner.Message}" : e.Message;

    private sealed class ArchiveRevision(ArchiveSource source, HttpResponseMessage response, string? revision, string? knownRevision) : IContentRevision
    {
        public string? Revision { get; private set; } = revision;

        public async Task<bool> StageAsync(ContentSink sink, CancellationToken cancellation)
        {
            try
            {
                using var body = await response.Content.ReadAsStreamAsync(cancellation);
                await sink.SaveScratchAsync(source.Uri, body, response.Content.Headers.ContentLength, cancellation);
            }
            catch (Exception e) when (e is HttpRequestException or HttpIOException or IOException { InnerException: null or SocketException })
            {
                throw new SourceUnavailableException($"GET {source.Uri} broke off: {Explain(e)}", inner: e);
            }

            if (Revision is null)
            {
                using var archive = File.OpenRead(sink.ScratchFile);
                Revision = HashPrefix + Convert.ToHexStringLower(await SHA256.HashDataAsync(archive, cancellation));
                if (Revision == knownRevision)
                    return false;
            }

            Archive.Unpack(source.Uri, sink, cancellation);
            return true;
        }

        public void Dispose() => response.Dispose();
    }
}
