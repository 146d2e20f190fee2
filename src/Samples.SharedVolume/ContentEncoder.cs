using System.Buffers;
using System.Collections.Frozen;
using System.IO.Compression;
using System.Numerics;

namespace Samples.SharedVolume;

/// <summary>
/// Makes the <c>.br</c> and <c>.gz</c> forms beside the files of a staged release, once, so that no server ever
/// compresses. Only for types that compress, of 256 bytes or more, and kept only where they save 5 % or more.
/// </summary>
internal sealed class ContentEncoder
{
    private const int MinSize = 256;
    private const double MaxRatio = 0.95;

    /// <summary>Up to here a file is encoded in memory, which is where the densest Brotli is affordable.</summary>
    private const int InMemorySize = 1 << 20;

    /// <summary>The densest Brotli costs some two seconds a MiB: more than this in one release gets a faster one.</summary>
    private const long DensestTotal = 8 << 20;

    private const int BlockSize = 128 * 1024;
    private const int DensestQuality = 11;
    private const int DenseQuality = 9;
    private const int StreamingQuality = 5;

    private static readonly FrozenSet<string> _extensions = FrozenSet.Create(StringComparer.OrdinalIgnoreCase,
        ".atom", ".bmp", ".cjs", ".css", ".csv", ".eot", ".geojson", ".htm", ".html", ".ico", ".ics", ".js", ".json", ".jsonld", ".map",
        ".md", ".mjs", ".otf", ".pdf", ".rdf", ".rss", ".svg", ".tsv", ".ttf", ".txt", ".vtt", ".wasm", ".webmanifest", ".xhtml", ".xml",
        ".yaml", ".yml");

    private readonly int _quality;

    /// <param name="total">Bytes of all files that <see cref="Encode"/> is going to be called for.</param>
    public ContentEncoder(long total) => _quality = total <= DensestTotal ? DensestQuality : DenseQuality;

    public static bool IsWorthwhile(ReleaseFile file) => file.Size >= MinSize && _extensions.Contains(Path.GetExtension(file.Path));

    /// <summary>Writes the encoded forms of a file and returns those that were kept, the smallest first.</summary>
    public IReadOnlyList<FileEncoding> Encode(string path, ReleaseFile file, Func<string, bool> isFree, CancellationToken cancellation)
    {
        var kept = new List<FileEncoding>(2);
        foreach (var name in (ReadOnlySpan<string>)[FileEncoding.Brotli, FileEncoding.Gzip])
        {
            var target = path + FileEncoding.ExtensionOf(name);
            if (!isFree(file.Path + FileEncoding.ExtensionOf(name)))
                continue;

            var size = Write(path, file, name, target, cancellation);
            if (size <= file.Size * MaxRatio)
                kept.Add(new FileEncoding(name, size));
            else
                File.Delete(target);
        }

        kept.Sort((a, b) => a.Size.CompareTo(b.Size));
        return kept;
    }

    private long Write(string path, ReleaseFile file, string name, string target, CancellationToken cancellation)
    {
        using var output = new FileStream(target, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        if (name == FileEncoding.Brotli && file.Size <= InMemorySize)
        {
            WriteBrotli(path, (int)file.Size, output);
        }
        else
        {
            using var input = File.OpenRead(path);
            using Stream encoder = name == FileEncoding.Brotli
                ? new BrotliStream(output, new BrotliCompressionOptions { Quality = StreamingQuality }, leaveOpen: true)
                : new GZipStream(output, CompressionLevel.SmallestSize, leaveOpen: true);
            Copy(input, encoder, cancellation);
        }

        File.SetUnixFileMode(output.SafeFileHandle, StagedRelease.FileMode);
        File.SetLastWriteTimeUtc(output.SafeFileHandle, file.Modified.UtcDateTime);
        return output.Length;
    }

    /// <summary>Encoding a large file takes minutes, which a process that was asked to stop has not.</summary>
    private static void Copy(FileStream input, Stream encoder, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BlockSize);
        try
        {
            int read;
            while ((read = input.Read(buffer, 0, BlockSize)) > 0)
            {
                cancellation.ThrowIfCancellationRequested();
                encoder.Write(buffer, 0, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>One call with a window no larger than the file needs: a fraction of a stream's memory.</summary>
    private void WriteBrotli(string path, int size, FileStream output)
    {
        var window = Math.Clamp(BitOperations.Log2((uint)size) + 1, 10, 22);
        var input = ArrayPool<byte>.Shared.Rent(size);
        var encoded = ArrayPool<byte>.Shared.Rent(BrotliEncoder.GetMaxCompressedLength(size));
        try
        {
            using (var handle = File.OpenHandle(path))
            {
                if (RandomAccess.Read(handle, input.AsSpan(0, size), 0) != size)
                    throw new IOException($"'{path}' is shorter than the {size} bytes that were just written to it.");
            }

            if (!BrotliEncoder.TryCompress(input.AsSpan(0, size), encoded, out var length, _quality, window))
                throw new IOException($"'{path}' could not be encoded with Brotli.");
            output.Write(encoded, 0, length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(input);
            ArrayPool<byte>.Shared.Return(encoded);
        }
    }
}
