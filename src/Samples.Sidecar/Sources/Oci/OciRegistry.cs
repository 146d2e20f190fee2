using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Samples.SharedVolume;

namespace Samples.Sidecar.Sources.Oci;

/// <summary>
/// The pulling side of the OCI distribution spec, for one repository. Whatever comes is held against its digest before anybody
/// sees it. Blobs may come from where the registry redirects to, without credentials.
/// </summary>
internal sealed class OciRegistry(OciReference reference, HttpClient http, OciLogin login, TimeProvider clock)
{
    /// <summary>What registries themselves allow at least and at most (distribution spec, §pushing manifests).</summary>
    private const int MaxManifestBytes = 4 << 20;

    private static readonly MediaTypeWithQualityHeaderValue[] _manifestTypes =
    [
        new("application/vnd.oci.image.index.v1+json"), new("application/vnd.oci.image.manifest.v1+json"),
        new("application/vnd.docker.distribution.manifest.list.v2+json"), new("application/vnd.docker.distribution.manifest.v2+json"),
    ];

    private readonly Uri _repository = new(reference.Registry, $"v2/{reference.Repository}/");

    /// <summary>The digest of the manifest that a tag names now, by one HEAD where the registry says it there.</summary>
    /// <returns>Null where there is no such tag.</returns>
    public async Task<OciDigest?> FindAsync(string tag, CancellationToken cancellation)
    {
        using (var head = await SendAsync(HttpMethod.Head, $"manifests/{tag}", cancellation))
        {
            if (head.StatusCode == HttpStatusCode.NotFound)
                return null;
            if (head.IsSuccessStatusCode && head.Headers.TryGetValues("Docker-Content-Digest", out var values) && OciDigest.TryParse(values.First(), out var digest))
                return digest;
            // A registry need not know HEAD, nor this header.
            if (!head.IsSuccessStatusCode && head.StatusCode is not (HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented))
                throw head.Refusal(head.RequestMessage!);
        }

        using var response = await GetAsync($"manifests/{tag}", cancellation);
        return OciDigest.Of(await ReadAsync(response, MaxManifestBytes, cancellation));
    }

    /// <exception cref="ContentRejectedException">It is not what the digest names, or no manifest.</exception>
    public async Task<OciManifest> ReadManifestAsync(OciDigest digest, CancellationToken cancellation)
    {
        using var response = await GetAsync($"manifests/{digest}", cancellation);
        var bytes = await ReadAsync(response, MaxManifestBytes, cancellation);
        Require(digest.Names(bytes), digest);
        return Parse(bytes, digest.ToString());
    }

    /// <summary>What refers to a manifest, by the registry's list or, where it keeps none, by the tag that stands for it (§listing referrers).</summary>
    /// <remarks>The list is nobody's word: what it leads to must speak for itself.</remarks>
    public async Task<IReadOnlyList<OciDescriptor>> ReadReferrersAsync(OciDigest manifest, CancellationToken cancellation) =>
        await TryReadIndexAsync($"referrers/{manifest}", cancellation) ?? await TryReadIndexAsync($"manifests/{manifest.AsTag}", cancellation) ?? [];

    private async Task<IReadOnlyList<OciDescriptor>?> TryReadIndexAsync(string path, CancellationToken cancellation)
    {
        using var response = await SendAsync(HttpMethod.Get, path, cancellation);
        return response.StatusCode switch
        {
            HttpStatusCode.OK => Parse(await ReadAsync(response, MaxManifestBytes, cancellation), path).Manifests,
            HttpStatusCode.NotFound or HttpStatusCode.BadRequest or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented => null,
            _ => throw response.Refusal(response.RequestMessage!),
        };
    }

    private static OciManifest Parse(byte[] bytes, string name)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize(bytes, OciJson.Default.OciManifest);
            // Within a list the serializer lets null pass.
            return manifest is not null && (manifest.Layers ?? manifest.Manifests ?? []).All(descriptor => descriptor is not null)
                ? manifest
                : throw new JsonException("null stands where something must be");
        }
        catch (JsonException e)
        {
            throw new ContentRejectedException(RejectionReason.Unsupported, $"Refused '{name}': it is no manifest ({e.Message})", e);
        }
    }

    /// <summary>Reads a blob that is small, whole.</summary>
    public async Task<byte[]> ReadBlobAsync(OciDescriptor descriptor, int maxBytes, CancellationToken cancellation)
    {
        var digest = DigestOf(descriptor);
        using var response = await GetAsync($"blobs/{digest}", cancellation);
        var bytes = await ReadAsync(response, maxBytes, cancellation);
        Require(digest.Names(bytes), digest);
        return bytes;
    }

    /// <summary>Streams a blob to the sink's scratch file.</summary>
    /// <exception cref="ContentRejectedException">It is not what its descriptor says, or too large.</exception>
    public async Task SaveBlobAsync(OciDescriptor descriptor, ContentSink sink, CancellationToken cancellation)
    {
        var digest = DigestOf(descriptor);
        var response = await GetAsync($"blobs/{digest}", cancellation);
        using var hash = digest.CreateHash();
        var length = 0L;
        // The digest holds the parts together, from wherever the rest may come.
        using var body = new ObservedStream(new ResumingStream(http, response, () => Request(HttpMethod.Get, $"blobs/{digest}"), clock), block =>
        {
            length += block.Length;
            Require(length <= descriptor.Size, digest);
            hash.AppendData(block);
        });
        await sink.Scratch.SaveAsync(sink.Scratch.MainFile, $"{reference} layer {digest}", body, descriptor.Size, cancellation);
        Require(length == descriptor.Size && digest.IsHashOf(hash), digest);
    }

    private static OciDigest DigestOf(OciDescriptor descriptor) => OciDigest.TryParse(descriptor.Digest, out var digest)
        ? digest
        : throw new ContentRejectedException(RejectionReason.Unsupported, "Refused a manifest with a digest that is neither sha256 nor sha512.");

    private void Require(bool isSound, OciDigest digest)
    {
        if (!isSound)
            throw new ContentRejectedException(RejectionReason.Corrupt, $"Refused '{reference}': what the registry sent is not {digest}.");
    }

    private async Task<byte[]> ReadAsync(HttpResponseMessage response, int maxBytes, CancellationToken cancellation) =>
        await response.ReadSmallAsync(response.RequestMessage!, maxBytes, cancellation)
        ?? throw new ContentRejectedException(RejectionReason.Unsupported, $"Refused '{reference}': {SourceHttp.Show(response.RequestMessage!)} is larger than {maxBytes} bytes.");

    private async Task<HttpResponseMessage> GetAsync(string path, CancellationToken cancellation)
    {
        var response = await SendAsync(HttpMethod.Get, path, cancellation);
        if (response.StatusCode == HttpStatusCode.OK)
            return response;
        using (response)
            throw response.Refusal(response.RequestMessage!);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, CancellationToken cancellation)
    {
        var response = await http.AskAsync(Request(method, path), cancellation);
        // What the registry has redirected to is not the registry, and cannot ask for what is given to that.
        if (response.StatusCode != HttpStatusCode.Unauthorized || response.RequestMessage?.RequestUri is not { } asked || !reference.Registry.IsBaseOf(asked))
            return response;

        using (response)
        {
            if (!await login.AnswerAsync(response, cancellation))
                throw response.Refusal(response.RequestMessage!);
        }

        return await http.AskAsync(Request(method, path), cancellation);
    }

    private HttpRequestMessage Request(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, new Uri(_repository, path)) { Headers = { Authorization = login.Current() } };
        foreach (var type in _manifestTypes)
            request.Headers.Accept.Add(type);
        return request;
    }
}
