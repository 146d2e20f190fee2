using Microsoft.Extensions.Primitives;

namespace Samples.Server;

/// <summary>
/// One representation of an asset (RFC 9110 §3.2): as it is, or in a content coding. Its body is either ready in memory
/// or on the volume; its header values are made once.
/// </summary>
internal sealed class Representation
{
    /// <param name="coding">The content coding, or null for identity.</param>
    /// <param name="sha256">Of the identity's bytes, 64 hex digits.</param>
    /// <param name="length">In bytes.</param>
    /// <param name="bytes">The body, or null where it stays on the volume.</param>
    /// <param name="file">The body on the volume, or null where it is in memory.</param>
    public Representation(string? coding, string sha256, long length, byte[]? bytes, FileBody? file)
    {
        Coding = coding;
        ETag = coding is null ? $"\"{sha256[..ETagDigits]}\"" : $"\"{sha256[..ETagDigits]}-{coding}\"";
        ETagHeader = ETag;
        CodingHeader = coding;
        Length = length;
        Bytes = bytes;
        File = file;
    }

    /// <summary>Hex digits of a tag: 96 bits, where two contents with one tag are out of reach.</summary>
    private const int ETagDigits = 24;

    public string? Coding { get; }

    /// <summary>Strong, and different for each coding (RFC 9110 §8.8.3.3), quotes included.</summary>
    public string ETag { get; }

    public StringValues ETagHeader { get; }

    /// <summary>Value of <c>Content-Encoding</c>; empty for identity.</summary>
    public StringValues CodingHeader { get; }

    public long Length { get; }

    public byte[]? Bytes { get; }

    public FileBody? File { get; }
}
