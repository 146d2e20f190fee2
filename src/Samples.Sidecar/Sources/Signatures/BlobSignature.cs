using System.Text;

namespace Samples.Sidecar.Sources.Signatures;

/// <summary>What <c>cosign sign-blob --key</c> writes: the signature in Base64 or, by <c>--bundle</c>, in a bundle.</summary>
internal static class BlobSignature
{
    /// <summary>The signature in Base64; nothing where there is none.</summary>
    public static byte[] Of(byte[] file) => file.AsSpan().TrimStart(" \t\r\n"u8) is not [(byte)'{', ..]
        ? file
        : Encoding.UTF8.GetBytes(SigstoreBundle.TryRead(file)?.MessageSignature?.Signature ?? "");
}
