using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Samples.SharedVolume;
using Samples.Sidecar.Sources.Signatures;

namespace Samples.Sidecar.Sources.Oci;

/// <summary>
/// Signatures by <c>cosign sign --key</c>. Up to version 2 they are layers under the tag <c>sha256-….sig</c>, each with the payload that was signed and the
/// signature in an annotation (cosign, specs/SIGNATURE_SPEC.md); since version 3, bundles in manifests that refer to the one that was signed.
/// </summary>
internal sealed class OciSignatures(OciRegistry registry)
{
    private const string PayloadType = "application/vnd.dev.cosign.simplesigning.v1+json";
    private const string Annotation = "dev.cosignproject.cosign/signature";

    /// <summary>More than any content has signers; each costs a request or two.</summary>
    private const int MaxSignatures = 32;
    private const int MaxPayloadBytes = 64 << 10;

    /// <summary>What may hold the signatures of a manifest now.</summary>
    public async Task<OciSignatureSet> FindAsync(OciDigest manifest, CancellationToken cancellation)
    {
        var tagged = await registry.FindAsync(manifest.AsTag + ".sig", cancellation);
        return new OciSignatureSet(tagged, [.. (await FindBundlesAsync(manifest, cancellation)).Take(MaxSignatures)]);
    }

    /// <summary>Whether one of the keys has signed a manifest.</summary>
    /// <param name="signatures">See <see cref="FindAsync"/>.</param>
    public async Task<bool> AreOfAsync(OciSignatureSet signatures, OciDigest manifest, TrustedKeys keys, CancellationToken cancellation)
    {
        if (signatures.Tagged is { } tagged && await HoldsAsync(tagged, PayloadType, IsSignature))
            return true;
        foreach (var bundle in signatures.Bundles)
        {
            if (await HoldsAsync(bundle, SigstoreBundle.MediaType, (_, bytes) => SigstoreBundle.TryRead(bytes)?.Names(manifest.Hex, keys) == true))
                return true;
        }

        return false;

        bool IsSignature(OciDescriptor layer, byte[] payload) =>
            layer.Annotation(Annotation) is { } signature
            && keys.HaveSigned(SHA256.HashData(payload), Encoding.ASCII.GetBytes(signature))
            && Names(payload, manifest);

        async Task<bool> HoldsAsync(OciDigest holder, string type, Func<OciDescriptor, byte[], bool> isSignature)
        {
            try
            {
                var layers = (await registry.ReadManifestAsync(holder, cancellation)).Layers ?? [];
                foreach (var layer in layers.Where(l => l.MediaType.StartsWith(type, StringComparison.Ordinal) && l.Size <= MaxPayloadBytes).Take(MaxSignatures))
                {
                    if (isSignature(layer, await registry.ReadBlobAsync(layer, MaxPayloadBytes, cancellation)))
                        return true;
                }
            }
            catch (ContentRejectedException e) when (e.Reason == RejectionReason.Unsupported)
            {
                // What is no manifest is no signature either.
            }

            return false;
        }
    }

    private async Task<IEnumerable<OciDigest>> FindBundlesAsync(OciDigest manifest, CancellationToken cancellation)
    {
        try
        {
            return (await registry.ReadReferrersAsync(manifest, cancellation))
                // Not every registry says of what type they are.
                .Where(referrer => referrer.ArtifactType?.StartsWith(SigstoreBundle.MediaType, StringComparison.Ordinal) != false)
                .Select(referrer => OciDigest.TryParse(referrer.Digest, out var digest) ? digest : null)
                .OfType<OciDigest>();
        }
        catch (ContentRejectedException e) when (e.Reason == RejectionReason.Unsupported)
        {
            // What is no list of manifests lists no signature.
            return [];
        }
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
