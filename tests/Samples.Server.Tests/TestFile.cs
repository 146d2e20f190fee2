using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Samples.Server.Tests;

/// <summary>A file of a release made for a test; with encodings where <paramref name="Encoded"/> says so.</summary>
internal sealed record TestFile(string Path, byte[] Bytes, DateTimeOffset Modified, bool Encoded = false)
{
    public static readonly DateTimeOffset DefaultModified = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public TestFile(string path, string text, bool encoded = false)
        : this(path, Encoding.UTF8.GetBytes(text), DefaultModified, encoded)
    {
    }

    public string Sha256 { get; } = Convert.ToHexStringLower(SHA256.HashData(Bytes));

    public string ETag => $"\"{Sha256[..24]}\"";

    public byte[] Brotli => Compress(s => new BrotliStream(s, CompressionLevel.Optimal));

    public byte[] Gzip => Compress(s => new GZipStream(s, CompressionLevel.Fastest));

    private byte[] Compress(Func<Stream, Stream> wrap)
    {
        using var compressed = new MemoryStream();
        using (var stream = wrap(compressed))
            stream.Write(Bytes);
        return compressed.ToArray();
    }
}
