using System.Text.Json.Serialization;

namespace Samples.Sidecar.Sources.Oci;

/// <summary>What cosign signs: the simple signing format of containers/image.</summary>
internal sealed record CosignPayload(CosignPayload.CriticalPart? Critical = null)
{
    public const string SignatureType = "cosign container image signature";

    internal sealed record CriticalPart(ImagePart? Image = null, string? Type = null);

    internal sealed record ImagePart([property: JsonPropertyName("docker-manifest-digest")] string? ManifestDigest = null);
}
