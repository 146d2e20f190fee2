using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Samples.Sidecar.Sources.Signatures;

/// <summary>
/// What a revision that was not signed has behind it, so that it becomes another one once it is signed, or other keys are trusted:
/// a hash of both. What is published never has one.
/// </summary>
internal sealed record UnsignedMark(string Hash)
{
    private const string Separator = " unsigned:";

    public static UnsignedMark Of(ReadOnlySpan<byte> keys, ReadOnlySpan<byte> signature) =>
        new(Convert.ToHexStringLower(SHA256.HashData([.. SHA256.HashData(keys), .. signature]))[..16]);

    /// <summary>The source's own revision, and the mark behind it.</summary>
    [return: NotNullIfNotNull(nameof(revision))]
    public static string? Split(string? revision, out UnsignedMark? mark)
    {
        var at = revision?.LastIndexOf(Separator, StringComparison.Ordinal) ?? -1;
        mark = at < 0 ? null : new UnsignedMark(revision![(at + Separator.Length)..]);
        return at < 0 ? revision : revision![..at];
    }

    /// <summary>What the revision is called for as long as it is rejected.</summary>
    public string Behind(string revision) => $"{revision}{Separator}{Hash}";
}
