using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Samples.SharedVolume;
using Samples.Sidecar.Sources.Signatures;

namespace Samples.Sidecar.Sources.Oci;

/// <summary>
/// Signatures by <c>cosign sign --key</c> (sigstore/cosign, specs/SIGNATURE_SPEC.md): under the tag <c>sha256-….sig</c>, each a layer with the payload
/// that was signed, which names the digest, and the signature in an annotation.
/// </summary>
internal sealed class OciSignatures(OciRegistry registry)
{
    private const string PayloadType = "application/vnd.dev.cosign.simplesigning.v1+json";
    private const string Annotation = "dev.cosignproject.cosign/signature";

    /// <summary>More than any content has signers; each costs a request.</summary>
    private const int MaxSignatures = 32;
    private const int MaxPayloadBytes = 64 << 10;

    /// <summary>What holds the signatures of a manifest now, or null where it has none.</summary>
    public Task<OciDigest?> FindAsync(OciDigest manifest, CancellationToken cancellation) => registry.FindAsync(manifest.AsTag + ".sig", cancellation);

    /// <summary>Whether one of the keys has signed a manifest.</summary>
    /// <param name="signatures">See <see cref="FindAsync"/>.</param>
    public async Task<bool> AreOfAsync(OciDigest signatures, OciDigest manifest, TrustedKeys keys, CancellationToken cancellation)
    {
        try
        {
            var layers = (await registry.ReadManifestAsync(signatures, cancellation)).Layers ?? [];
            foreach (var layer in layers.Where(l => l.MediaType == PayloadType && l.Size <= MaxPayloadBytes).Take(MaxSignatures))
            {
                if (layer.Annotation(Annotation) is not { } signature)
                    continue;
                var payload = await registry.ReadBlobAsync(layer, MaxPayloadBytes, cancellation);
                if (keys.HaveSigned(SHA256.HashData(payload), Encoding.ASCII.GetBytes(signature)) && Names(payload, manifest))
                    return true;
            }
        }
        catch (ContentRejectedException e) when (e.Reason == RejectionReason.Unsupported)
        {
            // What is no manifest is no signature either.
        }

        return false;
    }

    /// <summary>Whether this is what a payload is about: a signature is good for one digest only.</summary>
    private static bool Names(byte[] payload, OciDigest manifest)
    {
        try
        {
            return JsonSerializer.Deserialize(payload, OciJson.Default.CosignPayload)?.Critical is { Type: CosignPayload.SignatureType, Image.ManifestDigest: { } digest }
                && digest == manifest.ToString();
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
