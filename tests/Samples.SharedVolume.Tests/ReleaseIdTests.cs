using System.Security.Cryptography;
using System.Text;
using CsCheck;

namespace Samples.SharedVolume.Tests;

public sealed class ReleaseIdTests
{
    /// <summary>
    /// <code>
    /// printf 'Welcome\n' > index.html; printf 'b\n' > a/b.txt; : > B.txt; printf 'p{}' > été.css
    /// for f in B.txt a/b.txt index.html été.css; do
    ///   echo "$(sha256sum &lt; $f | cut -c-64) $(stat -c %s $f) $f"; done | sha256sum | cut -c-16
    /// </code>
    /// </summary>
    private const string KnownId = "dc99899f456c1dc8";

    [Fact]
    public void Of_IsWhatSha256sumComputes_ForAKnownRelease()
    {
        using var volume = new TestVolume();

        var release = volume.Publish(("été.css", "p{}"), ("index.html", "Welcome\n"), ("a/b.txt", "b\n"), ("B.txt", "")).Release;

        Assert.Equal(KnownId, release.Id);
    }

    [Fact]
    public void Of_IsTheSame_InWhateverOrderFilesAreAdded()
    {
        using var volume = new TestVolume();

        Gen.Shuffle(new[] { ("a.b", "2"), ("a/b", "3"), ("A-b", "4"), ("z", "5"), ("ä", "6") }).Sample(
            files => volume.Publish(files).Release.Id == "2df06942ba3c4b16", iter: 20, threads: 1);
    }

    [Fact]
    public void Of_TakesNeitherTimesNorEncodings()
    {
        var file = new ReleaseFile("a.txt", 1, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("a"))), TestVolume.Modified, []);

        var other = file with { Modified = TestVolume.Modified.AddDays(1), Encodings = [new FileEncoding(FileEncoding.Gzip, 1)] };

        Assert.Equal(ReleaseId.Of([file]), ReleaseId.Of([other]));
    }

    [Fact]
    public void Of_Differs_WhenPathSizeOrHashDiffers()
    {
        var file = new ReleaseFile("a.txt", 1, new string('0', 64), TestVolume.Modified, []);

        ReleaseFile[] all = [file, file with { Path = "b.txt" }, file with { Size = 2 }, file with { Sha256 = new string('1', 64) }];

        Assert.Equal(all.Length, all.Select(f => ReleaseId.Of([f])).Distinct().Count());
    }

    [Theory]
    [InlineData("3f1c9a52b7d0e846", true)]
    [InlineData("3F1C9A52B7D0E846", false)]
    [InlineData("3f1c9a52b7d0e84", false)]
    [InlineData("3f1c9a52b7d0e8460", false)]
    [InlineData("3f1c9a52b7d0e84g", false)]
    [InlineData("../../../../etc/", false)]
    [InlineData("", false)]
    public void IsValid_TakesSixteenLowerCaseHexDigits(string id, bool expected)
    {
        Assert.Equal(expected, ReleaseId.IsValid(id));
    }
}
