using System.Net;
using System.Net.Http.Headers;
using Samples.SharedVolume;

namespace Samples.Sidecar.Sources;

/// <summary>
/// The current release of another Samples.Server, which shares it at <c>/_release/</c>: so a fleet feeds itself. Its revision is the release's id, asked
/// for by one conditional GET of the manifest; of the files, only those whose bytes are new are fetched.
/// </summary>
public sealed class SharedReleaseSource : IContentSource
{
    private const string Prefix = "release+";

    private readonly Uri _manifest;
    private readonly SharedFiles _files;
    private readonly HttpClient _http;

    public SharedReleaseSource(Uri uri, SourceSettings settings, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(uri);
        ArgumentNullException.ThrowIfNull(settings);
        var server = new Uri(uri.AbsoluteUri[Prefix.Length..].TrimEnd('/') + "/");
        Uri = $"{Prefix}{server}";
        _manifest = new Uri(server, "_release/manifest");
        _http = GuardedHttp.Create(server, settings);
        _files = new SharedFiles(new Uri(server, "_release/files/"), _http, settings.MaxConcurrentRequests, clock);
    }

    public string Kind => "release";

    public string Uri { get; }

    public async Task<IContentRevision?> CheckAsync(string? knownRevision, CancellationToken cancellation)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, _manifest);
        if (ReleaseId.IsValid(knownRevision))
            request.Headers.IfNoneMatch.Add(new EntityTagHeaderValue($"\"{knownRevision}\""));
        var response = await _http.AskAsync(request, cancellation);
        var revision = response.Headers.ETag?.Tag.Trim('"') is { } tag && ReleaseId.IsValid(tag) ? tag : null;
        if (response.StatusCode == HttpStatusCode.OK && (revision is null || revision != knownRevision))
            return new SharedRevision(this, response, revision, knownRevision);

        using (response)
        {
            if (response.StatusCode is HttpStatusCode.OK || (response.StatusCode is HttpStatusCode.NotModified && knownRevision is not null))
                return null;
            throw response.StatusCode is HttpStatusCode.NotFound
                ? new SourceUnavailableException($"GET {_manifest} answered 404 Not Found: is Server__ShareReleases on there, and is there a release?")
                : response.Refusal(request);
        }
    }

    private sealed class SharedRevision(SharedReleaseSource source, HttpResponseMessage response, string? revision, string? knownRevision) : IContentRevision
    {
        /// <summary>Of a manifest as the server writes it, for each file that a release may have: twice what one with a long name takes.</summary>
        private const int MaxBytesOfFile = 512;
        private const int MaxBytesOfRest = 64 << 10;

        public string? Revision { get; private set; } = revision;

        public async Task<bool> StageAsync(ContentSink sink, CancellationToken cancellation)
        {
            var manifest = await ReadAsync(sink.Limits, cancellation);
            Revision = manifest.Id;
            if (Revision == knownRevision)
                return false;

            await source._files.StageAsync(manifest.Files.Where(file => sink.Passes(file.Path)), sink, cancellation);
            return true;
        }

        public void Dispose() => response.Dispose();

        private async Task<ReleaseManifest> ReadAsync(ContentLimits limits, CancellationToken cancellation)
        {
            var left = ((long)limits.MaxFiles * MaxBytesOfFile) + MaxBytesOfRest;
            try
            {
                using var body = new ObservedStream(await response.Content.ReadAsStreamAsync(cancellation), block =>
                {
                    left -= block.Length;
                    if (left < 0)
                        throw new ContentRejectedException(RejectionReason.TooManyFiles, $"Refused '{source.Uri}': its manifest is larger than one of {limits.MaxFiles} files is.");
                });
                return await ReleaseManifest.ReadAsync(body, cancellation);
            }
            catch (InvalidDataException e)
            {
                throw new ContentRejectedException(RejectionReason.Corrupt, $"Refused '{source.Uri}': of its manifest, {e.Message}.", e);
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                throw new SourceUnavailableException($"GET {source._manifest} broke off: {SourceHttp.Explain(e)}", inner: e);
            }
        }
    }
}
