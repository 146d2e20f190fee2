using System.Text.Json.Serialization;

namespace Samples.Sidecar.Sources.Oci;

/// <summary>Where content is, what it is and how large it is (OCI image spec, descriptor). Its <c>urls</c> are never followed.</summary>
/// <param name="Size">In bytes.</param>
internal sealed record OciDescriptor(string MediaType, string Digest, long Size, IReadOnlyDictionary<string, string>? Annotations = null, OciPlatform? Platform = null)
{
    private const string EmptyType = "application/vnd.oci.empty.v1+json";

    /// <summary>The file's name, where ORAS pushed a file or a folder.</summary>
    [JsonIgnore]
    public string? Title => Annotation("org.opencontainers.image.title");

    /// <summary>A folder that ORAS packed.</summary>
    [JsonIgnore]
    public bool IsPackedFolder => Annotation("io.deis.oras.content.unpack") == "true";

    /// <summary>Stands where the format wants something and there is nothing.</summary>
    [JsonIgnore]
    public bool IsEmpty => MediaType == EmptyType;

    public string? Annotation(string key) => Annotations?.GetValueOrDefault(key);
}
