using System.Text.Json;
using CsCheck;

namespace Samples.SharedVolume.Tests;

public sealed class ManifestWriterTests
{
    private static readonly JsonSerializerOptions _camelCase = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private static readonly Gen<ReleaseFile> _file = Gen.Select(
        Any.Of("a/", "b<&>'\"+", "größe", "日本", "😀", " ", "\\", "\u007f", "\u2028").Array[1, 6], Gen.Long, Gen.Byte.Array[32], Gen.DateTimeOffset,
        Gen.Select(Any.Of(FileEncoding.Brotli, FileEncoding.Gzip), Gen.Long, (name, size) => new FileEncoding(name, size)).Array[0, 2],
        (path, size, hash, modified, encodings) => new ReleaseFile(string.Concat(path), size, Convert.ToHexStringLower(hash), modified.ToUniversalTime(), encodings));

    private static readonly Gen<ReleaseManifest> _manifest = Gen.Select(Gen.Frequency((20, _file.Array[0, 20]), (1, _file.Array[500, 1000])), Gen.DateTimeOffset, Any.Of<string?>(null, "rev \"1\"", "é"),
        (files, at, revision) => new ReleaseManifest(1, "0123456789abcdef", at, new ReleaseSource("git", "git+https://host/a?ref=b&path=c", revision), ReleaseFiles.Of(files)));

    [Fact]
    public void Write_SaysWhatTheSerializerWould()
    {
        _manifest.Sample(manifest =>
        {
            using var stream = new MemoryStream();
            ManifestWriter.Write(stream, manifest);

            Assert.Equal(JsonSerializer.SerializeToUtf8Bytes(manifest, _camelCase), stream.ToArray());
        });
    }

    [Fact]
    public async Task Read_TellsWhatWasWritten()
    {
        await _manifest.SampleAsync(async manifest =>
        {
            using var stream = new MemoryStream();
            ManifestWriter.Write(stream, manifest with { Id = ReleaseId.Of(manifest.Files) });
            stream.Position = 0;

            var read = await ReleaseManifest.ReadAsync(stream, TestContext.Current.CancellationToken);

            Assert.Equal(JsonSerializer.Serialize(manifest.Files), JsonSerializer.Serialize(read.Files));
            Assert.Equal((manifest.CreatedAt, manifest.Source), (read.CreatedAt, read.Source));
        });
    }
}
