using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Samples.SharedVolume;
using Samples.Sidecar.Sources.Signatures;

namespace Samples.Sidecar.Sources;

/// <summary>
/// An archive over HTTP(S), fetched by conditional GET (RFC 9110 §13). Its revision is the response's ETag, else
/// its Last-Modified, else a hash of the archive. It is streamed to disk, held against its checksum and its signature where
/// that is asked for, and unpacked from there. What is shown of its address ends before the query, which may hold a token.
/// </summary>
public sealed class ArchiveSource(Uri uri, SourceSettings settings, TimeProvider clock) : IContentSource
{
    private const string HashPrefix = "sha256:";

    private readonly SourceSettings _settings = settings;
    private readonly HttpClient _http = GuardedHttp.Create(uri, settings);

    public string Kind => "archive";

    public string Uri { get; } = uri.GetLeftPart(UriPartial.Path);

    public async Task<IContentRevision?> CheckAsync(string? knownRevision, CancellationToken cancellation)
    {
        var known = UnsignedMark.Split(knownRevision, out var mark);
        var response = await GetAsync(known, cancellation);
        var revision = RevisionOf(response);
        if (response.StatusCode == HttpStatusCode.OK && (revision is null || revision != known))
            return new ArchiveRevision(this, response, revision, knownRevision);

        using (response)
        {
            if (response.StatusCode is not HttpStatusCode.OK && (response.StatusCode is not HttpStatusCode.NotModified || known is null))
                throw response.Refusal(response.RequestMessage!);
        }

        // The same as before. What was rejected may have been signed since.
        if (mark is null || mark == await FindMarkAsync(cancellation))
            return null;
        var again = await GetAsync(null, cancellation);
        if (again.StatusCode == HttpStatusCode.OK)
            return new ArchiveRevision(this, again, RevisionOf(again), null);
        using (again)
            throw again.Refusal(again.RequestMessage!);
    }

    private static string? RevisionOf(HttpResponseMessage response) =>
        response.Headers.ETag?.ToString() ?? response.Content.Headers.LastModified?.ToString("R", CultureInfo.InvariantCulture);

    private async Task<HttpResponseMessage> GetAsync(string? known, CancellationToken cancellation)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, uri);
        if (EntityTagHeaderValue.TryParse(known, out var tag))
            request.Headers.IfNoneMatch.Add(tag);
        else if (DateTimeOffset.TryParseExact(known, "R", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date))
            request.Headers.IfModifiedSince = date;
        return await _http.AskAsync(request, cancellation);
    }

    /// <summary>The body; what breaks off goes on where the validator is strong, so that both parts are of one whole (RFC 9110 §13.1.5).</summary>
    private ResumingStream Resuming(HttpResponseMessage response) => new(
        _http,
        response,
        response.Headers.ETag is { IsWeak: false } tag
            ? () => new HttpRequestMessage(HttpMethod.Get, uri) { Headers = { IfRange = new RangeConditionHeaderValue(tag) } }
            : null,
        clock);

    private Task<byte[]?> ReadSignatureAsync(CancellationToken cancellation) => _http.ReadBesideAsync(uri, ".sig", cancellation);

    /// <summary>What would stand behind the revision, were it rejected now.</summary>
    private async Task<UnsignedMark?> FindMarkAsync(CancellationToken cancellation) =>
        TrustedKeys.Read(_settings.PublicKeyPath)?.MarkOf(await ReadSignatureAsync(cancellation));

    private async Task RequireChecksumAsync(string sha256, CancellationToken cancellation)
    {
        var file = await _http.ReadBesideAsync(uri, ".sha256", cancellation)
            ?? throw new SourceUnavailableException($"There is no {Uri}.sha256, which Sidecar__VerifySha256 asks for.");
        var expected = ChecksumFile.Find(Encoding.UTF8.GetString(file), Path.GetFileName(uri.AbsolutePath))
            ?? throw new SourceUnavailableException($"{Uri}.sha256 has no SHA-256 of the archive in it.");
        if (expected != sha256)
            throw new ContentRejectedException(RejectionReason.Corrupt, $"Refused '{Uri}': its SHA-256 is {sha256}, and {Uri}.sha256 says {expected}.");
    }

    private sealed class ArchiveRevision(ArchiveSource source, HttpResponseMessage response, string? revision, string? knownRevision) : IContentRevision
    {
        public string? Revision { get; private set; } = revision;

        public async Task<bool> StageAsync(ContentSink sink, CancellationToken cancellation)
        {
            var keys = TrustedKeys.Read(source._settings.PublicKeyPath);
            using var hash = Revision is null || source._settings.VerifySha256 || keys is not null ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
            using (var body = new ObservedStream(source.Resuming(response), block => hash?.AppendData(block)))
                await sink.Scratch.SaveAsync(sink.Scratch.MainFile, source.Uri, body, response.Content.Headers.ContentLength, cancellation);

            if (hash?.GetHashAndReset() is { } sha256)
            {
                var known = UnsignedMark.Split(knownRevision, out var mark);
                Revision ??= HashPrefix + Convert.ToHexStringLower(sha256);
                if (Revision == known && (mark is null || mark == await source.FindMarkAsync(cancellation)))
                    return false;
                if (source._settings.VerifySha256)
                    await source.RequireChecksumAsync(Convert.ToHexStringLower(sha256), cancellation);
                if (keys is not null)
                    await RequireSignatureAsync(keys, sha256, cancellation);
            }

            Archive.Unpack(source.Uri, sink, cancellation);
            return true;
        }

        public void Dispose() => response.Dispose();

        private async Task RequireSignatureAsync(TrustedKeys keys, byte[] sha256, CancellationToken cancellation)
        {
            var signature = await source.ReadSignatureAsync(cancellation);
            if (signature is not null && keys.HaveSigned(sha256, BlobSignature.Of(signature)))
                return;

            Revision = keys.MarkOf(signature).Behind(Revision!);
            throw new ContentRejectedException(RejectionReason.Signature, signature is null
                ? $"Refused '{source.Uri}': it is not signed; there is no {source.Uri}.sig."
                : $"Refused '{source.Uri}': {source.Uri}.sig is not its signature by a key in '{source._settings.PublicKeyPath}'.");
        }
    }
}
