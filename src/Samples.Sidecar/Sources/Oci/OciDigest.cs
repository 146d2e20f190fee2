using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Samples.Sidecar.Sources.Oci;

/// <summary>Names content by its hash: <c>sha256:…</c> or <c>sha512:…</c> (OCI image spec, descriptor §digests).</summary>
internal sealed partial record OciDigest
{
    private readonly string _text;

    private OciDigest(string text) => _text = text;

    private HashAlgorithmName Algorithm => _text.StartsWith("sha256", StringComparison.Ordinal) ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA512;

    /// <summary>As a tag may hold it: <c>sha256-…</c>.</summary>
    public string AsTag => _text.Replace(':', '-');

    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out OciDigest? digest)
    {
        digest = text is not null && Syntax().IsMatch(text) ? new OciDigest(text) : null;
        return digest is not null;
    }

    /// <summary>The SHA-256 of content that has no name yet.</summary>
    public static OciDigest Of(ReadOnlySpan<byte> content) => new($"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}");

    public bool Names(ReadOnlySpan<byte> content)
    {
        using var hash = CreateHash();
        hash.AppendData(content);
        return IsHashOf(hash);
    }

    public IncrementalHash CreateHash() => IncrementalHash.CreateHash(Algorithm);

    /// <summary>Whether what was added to the hash is what this names.</summary>
    public bool IsHashOf(IncrementalHash hash) => _text.EndsWith($":{Convert.ToHexStringLower(hash.GetHashAndReset())}", StringComparison.Ordinal);

    public override string ToString() => _text;

    [GeneratedRegex(@"\A(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})\z")]
    private static partial Regex Syntax();
}
