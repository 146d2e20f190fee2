using System.Security.Cryptography;
using System.Text;

namespace Samples.Sidecar.Sources.Signatures;

/// <summary>Public keys of which one must have signed what is published: ECDSA over P-256, with SHA-256 (FIPS 186-5).</summary>
internal sealed class TrustedKeys
{
    private const string Curve = "1.2.840.10045.3.1.7";
    private const string Label = "PUBLIC KEY";

    private readonly byte[] _pem;
    private readonly List<byte[]> _keys;

    private TrustedKeys(byte[] pem, List<byte[]> keys) => (_pem, _keys) = (pem, keys);

    /// <summary>Reads a PEM file (RFC 7468 §13) with one key, or several while they are being changed.</summary>
    /// <returns>Null where there is no such setting.</returns>
    /// <exception cref="SourceUnavailableException">The file cannot be read, or has no such key in it.</exception>
    public static TrustedKeys? Read(string path)
    {
        if (path.Length == 0)
            return null;

        try
        {
            var pem = File.ReadAllBytes(path);
            var keys = new List<byte[]>();
            for (var rest = Encoding.UTF8.GetString(pem).AsSpan(); PemEncoding.TryFind(rest, out var fields); rest = rest[fields.Location.End..])
            {
                if (!rest[fields.Label].SequenceEqual(Label))
                    throw new CryptographicException($"it holds a '{rest[fields.Label]}', not a '{Label}'.");
                keys.Add(Convert.FromBase64String(rest[fields.Base64Data].ToString()));
                using var key = Import(keys[^1]);
            }

            return keys.Count > 0 ? new TrustedKeys(pem, keys) : throw new CryptographicException("there is no PEM in it.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new SourceUnavailableException($"The public key in '{path}' cannot be used: {e.Message} Sidecar__PublicKeyPath takes a PEM file with ECDSA P-256 keys.", inner: e);
        }
    }

    /// <summary>Whether one of the keys has signed what has this hash.</summary>
    /// <param name="sha256">Of what was signed.</param>
    /// <param name="signature">As cosign and <c>openssl dgst -sign</c> make it: DER (RFC 3279 §2.2.3), in Base64.</param>
    public bool HaveSigned(ReadOnlySpan<byte> sha256, ReadOnlySpan<byte> signature)
    {
        // Base64 of a signature of two numbers of 32 bytes each is not longer; white space may be.
        var text = Encoding.ASCII.GetString(signature).Trim();
        var der = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, der, out var length))
            return false;
        foreach (var bytes in _keys)
        {
            using var key = Import(bytes);
            if (Verifies(key, sha256, der.AsSpan(0, length)))
                return true;
        }

        return false;
    }

    /// <summary>
    /// Behind the revision of what was not signed: it stays rejected for as long as neither what should sign it nor the keys change.
    /// </summary>
    /// <param name="signature">Whatever stands for the signature, as it is now; null for none.</param>
    public UnsignedMark MarkOf(ReadOnlySpan<byte> signature) => UnsignedMark.Of(_pem, signature);

    private static bool Verifies(ECDsa key, ReadOnlySpan<byte> sha256, ReadOnlySpan<byte> der)
    {
        try
        {
            return key.VerifyHash(sha256, der, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static ECDsa Import(byte[] bytes)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(bytes, out _);
            return key.ExportParameters(false).Curve.Oid.Value == Curve ? key : throw new CryptographicException("its key is on another curve than P-256.");
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }
}
