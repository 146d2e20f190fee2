using System.IO.Compression;
using System.Security.Cryptography;

namespace Samples.SharedVolume.Tests;

public sealed class ContentEncoderTests
{
    [Theory]
    [InlineData("a.html", 256, true)]
    [InlineData("a.html", 255, false)]
    [InlineData("a.svg", 1000, true)]
    [InlineData("A.JSON", 1000, true)]
    [InlineData("a.wasm", 1000, true)]
    [InlineData("a.png", 1000, false)]
    [InlineData("a.woff2", 1000, false)]
    [InlineData("a.zip", 1000, false)]
    [InlineData("a", 1000, false)]
    [InlineData("html", 1000, false)]
    public void Publish_EncodesTypesThatCompress_FromASizeOn(string path, int size, bool expected)
    {
        using var volume = new TestVolume();

        var release = volume.Publish((path, new string('a', size))).Release;

        Assert.Equal(expected ? 2 : 0, release.Manifest.Files[0].Encodings.Count);
        Assert.Equal(expected, File.Exists(release.DocumentRoot + "/" + path + ".br"));
        Assert.Equal(expected, File.Exists(release.DocumentRoot + "/" + path + ".gz"));
    }

    [Fact]
    public void Publish_KeepsNoEncoding_ThatSavesLessThanFivePercent()
    {
        using var volume = new TestVolume();
        using var writer = volume.Open();
        using var staged = writer.Stage(ContentLimits.Default);
        staged.Add("noise.txt", RandomNumberGenerator.GetBytes(4000));

        var release = writer.Publish(staged, TestVolume.Source, TestContext.Current.CancellationToken).Release;

        Assert.Empty(release.Manifest.Files[0].Encodings);
        Assert.Equal(["noise.txt"], Directory.EnumerateFiles(release.DocumentRoot).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData(256)]
    [InlineData(5000)]
    [InlineData((1 << 20) + 1)]
    public void Publish_EncodesWhatDecodesToTheFile(int size)
    {
        using var volume = new TestVolume();
        var text = string.Concat(Enumerable.Range(0, (size / 4) + 1).Select(i => $"{i % 1000:D3} "))[..size];

        var release = volume.Publish(("a.txt", text)).Release;

        var file = release.Manifest.Files[0];
        Assert.Equal(["br", "gzip"], file.Encodings.Select(e => e.Name));
        Assert.Equal(file.Encodings.OrderBy(e => e.Size), file.Encodings);
        using var brotli = new BrotliStream(File.OpenRead(release.PathOf(file) + ".br"), CompressionMode.Decompress);
        using var gzip = new GZipStream(File.OpenRead(release.PathOf(file) + ".gz"), CompressionMode.Decompress);
        Assert.Equal(file.Sha256, Convert.ToHexStringLower(SHA256.HashData(brotli)));
        Assert.Equal(file.Sha256, Convert.ToHexStringLower(SHA256.HashData(gzip)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Publish_KeepsTheSourcesOwnEncodedFile(bool ownFirst)
    {
        using var volume = new TestVolume();
        (string, string)[] files = [("a.txt.br", "the source's own"), ("a.txt", new string('a', 1000))];

        var release = volume.Publish(ownFirst ? files : [.. files.Reverse()]).Release;

        AssertOwnIsKept(release);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Publish_KeepsTheSourcesOwnEncodedFile_WhenTheOtherIsShared(bool ownFirst)
    {
        using var volume = new TestVolume();
        volume.Publish(("a.txt", new string('a', 1000)));
        (string, string)[] files = [("a.txt.br", "the source's own"), ("a.txt", new string('a', 1000))];

        var release = volume.Publish(ownFirst ? files : [.. files.Reverse()]).Release;

        AssertOwnIsKept(release);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Publish_MakesWayForAFolder_ThatIsCalledLikeAnEncodedForm(bool folderFirst, bool shared)
    {
        using var volume = new TestVolume();
        if (shared)
            volume.Publish(("a.txt", new string('a', 1000)));
        (string, string)[] files = [("a.txt.br/b", "1"), ("a.txt", new string('a', 1000))];

        var release = volume.Publish(folderFirst ? files : [.. files.Reverse()]).Release;

        Assert.Equal([FileEncoding.Gzip], release.Manifest.Files[0].Encodings.Select(e => e.Name));
        Assert.Null(ReleaseVerifier.FindProblemInContent(release));
    }

    private static void AssertOwnIsKept(Release release)
    {
        Assert.Equal([FileEncoding.Gzip], release.Manifest.Files[0].Encodings.Select(e => e.Name));
        Assert.Equal("the source's own", File.ReadAllText(release.PathOf(release.Manifest.Files[1])));
        Assert.Null(ReleaseVerifier.FindProblemInContent(release));
    }
}
