using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Samples.Sidecar.Sources.Signatures;

/// <summary>
/// What cosign writes since version 3 (Sigstore's bundle format 0.3): the signature of a blob, or an envelope (DSSE 1.0) around an in-toto statement that
/// names what was signed by its digest. Certificates and log entries in it are passed over: what is trusted here are keys.
/// </summary>
internal sealed record SigstoreBundle(SigstoreBundle.Message? MessageSignature = null, SigstoreBundle.Envelope? DsseEnvelope = null)
{
    public const string MediaType = "application/vnd.dev.sigstore.bundle";

    private const string StatementType = "application/vnd.in-toto+json";
    private const string SignPredicate = "https://sigstore.dev/cosign/sign/v1";

    /// <summary>Null where it is none.</summary>
    public static SigstoreBundle? TryRead(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, SignatureJson.Default.SigstoreBundle);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Whether one of the keys has signed a statement that a manifest of this SHA-256 is meant, and nothing else about it.</summary>
    public bool Names(string sha256, TrustedKeys keys)
    {
        if (DsseEnvelope is not { PayloadType: StatementType, Payload: { } payload, Signatures: { } signatures } || !TryDecode(payload, out var statement))
            return false;

        var signed = SHA256.HashData(Encode(StatementType, statement));
        if (!signatures.Any(signature => signature?.Sig is { } sig && keys.HaveSigned(signed, Encoding.ASCII.GetBytes(sig))))
            return false;
        try
        {
            return JsonSerializer.Deserialize(statement, SignatureJson.Default.InTotoStatement) is { PredicateType: SignPredicate, Subject: { } subjects }
                && subjects.Any(subject => subject?.Digest?.GetValueOrDefault("sha256") == sha256);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>DSSE's pre-authentication encoding.</summary>
    private static byte[] Encode(string type, byte[] payload) =>
        [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"DSSEv1 {Encoding.UTF8.GetByteCount(type)} {type} {payload.Length} ")), .. payload];

    private static bool TryDecode(string base64, out byte[] bytes)
    {
        bytes = new byte[base64.Length];
        var isSound = Convert.TryFromBase64String(base64, bytes, out var length);
        bytes = bytes[..length];
        return isSound;
    }

    internal sealed record Message(string? Signature = null);

    internal sealed record Envelope(string? Payload = null, string? PayloadType = null, IReadOnlyList<EnvelopeSignature?>? Signatures = null);

    internal sealed record EnvelopeSignature(string? Sig = null);
}
