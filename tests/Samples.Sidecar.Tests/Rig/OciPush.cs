using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Samples.Sidecar.Tests.Rig;

/// <summary>Pushes to a registry as ORAS and Docker do: blobs first, then the manifest that names them.</summary>
internal sealed class OciPush(string registry, string repository, AuthenticationHeaderValue? authorization = null) : IDisposable
{
    public const string ManifestType = "application/vnd.oci.image.manifest.v1+json";
    public const string IndexType = "application/vnd.oci.image.index.v1+json";
    public const string GzipLayer = "application/vnd.oci.image.layer.v1.tar+gzip";

    /// <summary>What ORAS calls a file that it is told nothing about.</summary>
    public const string TarLayer = "application/vnd.oci.image.layer.v1.tar";

    private readonly HttpClient _http = new() { DefaultRequestHeaders = { Authorization = authorization }, Timeout = Eventually.Deadline };

    public static string DigestOf(byte[] content) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}";

    /// <summary>A descriptor of a layer, with the annotations <c>key=value</c>.</summary>
    public static JsonObject Descriptor(byte[] content, string type, params string[] annotations)
    {
        var descriptor = new JsonObject { ["mediaType"] = type, ["digest"] = DigestOf(content), ["size"] = content.Length };
        if (annotations.Length > 0)
            descriptor["annotations"] = new JsonObject(annotations.Select(a => a.Split('=', 2)).Select(a => KeyValuePair.Create<string, JsonNode?>(a[0], a[1])));
        return descriptor;
    }

    public static byte[] Manifest(params JsonObject[] layers) => Bytes(new JsonObject
    {
        ["schemaVersion"] = 2,
        ["mediaType"] = ManifestType,
        ["config"] = Descriptor("{}"u8.ToArray(), "application/vnd.oci.empty.v1+json"),
        ["layers"] = new JsonArray([.. layers]),
    });

    public static byte[] Index(params JsonObject[] manifests) => Bytes(new JsonObject
    {
        ["schemaVersion"] = 2,
        ["mediaType"] = IndexType,
        ["manifests"] = new JsonArray([.. manifests]),
    });

    /// <summary>Pushes layers and their manifest under a tag, and returns the manifest's digest.</summary>
    public async Task<string> ArtifactAsync(string tag, params (byte[] Content, string Type, string[] Annotations)[] layers)
    {
        foreach (var (content, _, _) in layers)
            await BlobAsync(content);
        return await ManifestAsync(tag, Manifest([.. layers.Select(l => Descriptor(l.Content, l.Type, l.Annotations))]));
    }

    /// <summary>An image of tar layers, the lowest first.</summary>
    public Task<string> ImageAsync(string tag, params byte[][] layers) => ArtifactAsync(tag, [.. layers.Select(layer => (layer, GzipLayer, Array.Empty<string>()))]);

    public async Task<string> ManifestAsync(string reference, byte[] manifest, string type = ManifestType)
    {
        await BlobAsync("{}"u8.ToArray());
        using var content = new ByteArrayContent(manifest) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };
        using var response = await _http.PutAsync(Url($"manifests/{reference}"), content, TestContext.Current.CancellationToken);
        await RequireAsync(response);
        return DigestOf(manifest);
    }

    public async Task DeleteManifestAsync(string digest)
    {
        using var response = await _http.DeleteAsync(Url($"manifests/{digest}"), TestContext.Current.CancellationToken);
        await RequireAsync(response);
    }

    public async Task BlobAsync(byte[] blob)
    {
        using var opened = await _http.PostAsync(Url("blobs/uploads/"), null, TestContext.Current.CancellationToken);
        await RequireAsync(opened);
        var location = new Uri(new Uri(registry), opened.Headers.Location!);
        var target = new UriBuilder(location) { Query = $"{location.Query.TrimStart('?')}&digest={Uri.EscapeDataString(DigestOf(blob))}" }.Uri;
        using var content = new ByteArrayContent(blob) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };
        using var response = await _http.PutAsync(target, content, TestContext.Current.CancellationToken);
        await RequireAsync(response);
    }

    public void Dispose() => _http.Dispose();

    private static byte[] Bytes(JsonObject json) => Encoding.UTF8.GetBytes(json.ToJsonString());

    private static async Task RequireAsync(HttpResponseMessage response) =>
        Assert.True(response.IsSuccessStatusCode, $"{response.RequestMessage!.Method} {response.RequestMessage.RequestUri}: {response.StatusCode} {await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");

    private Uri Url(string path) => new($"{registry}/v2/{repository}/{path}");
}
