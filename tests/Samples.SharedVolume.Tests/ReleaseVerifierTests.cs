namespace Samples.SharedVolume.Tests;

public sealed class ReleaseVerifierTests
{
    [Fact]
    public void FindProblem_NamesTheFile_WhenItsSizeIsWrong()
    {
        using var volume = new TestVolume();
        var release = volume.Publish(("sub/index.html", "1")).Release;
        var path = release.PathOf(release.Manifest.Files[0]);
        File.AppendAllText(path, "2");

        Assert.Equal($"'{path}' has 2 bytes and should have 1", ReleaseVerifier.FindProblem(release));
    }

    [Fact]
    public void FindProblemInContent_NamesTheFile_WhenItsBytesAreWrong()
    {
        using var volume = new TestVolume();
        var release = volume.Publish(("sub/index.html", "1")).Release;
        var path = release.PathOf(release.Manifest.Files[0]);
        File.WriteAllText(path, "2");

        Assert.Null(ReleaseVerifier.FindProblem(release));
        Assert.Equal($"'{path}' is not what it was when it was published", ReleaseVerifier.FindProblemInContent(release));
    }

    [Fact]
    public void FindProblemInContent_Notices_WhenAFileIsDroppedFromTheManifest()
    {
        using var volume = new TestVolume();
        var release = volume.Publish(("a", "1"), ("b", "2")).Release;
        var shortened = release with { Manifest = release.Manifest with { Files = [release.Manifest.Files[0]] } };

        Assert.Null(ReleaseVerifier.FindProblem(shortened));
        Assert.Contains("list of files", ReleaseVerifier.FindProblemInContent(shortened), StringComparison.Ordinal);
    }

    [Fact]
    public void FindProblem_DoesNotLook_WhereAPathLeavesTheRelease()
    {
        using var volume = new TestVolume();
        var release = volume.Publish(("a", "1")).Release;
        var climbing = release with { Manifest = release.Manifest with { Files = [release.Manifest.Files[0] with { Path = "../release.json" }] } };

        Assert.Equal("the path '../release.json' has '..' in it", ReleaseVerifier.FindProblem(climbing));
    }
}
