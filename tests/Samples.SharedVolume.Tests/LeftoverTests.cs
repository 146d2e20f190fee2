namespace Samples.SharedVolume.Tests;

/// <summary>Whatever a killed writer or a visitor left, under whatever name, the next publish works.</summary>
public sealed class LeftoverTests
{
    [Theory]
    [InlineData(".staging/x1y2z3/release/www/index.html")]
    [InlineData(".staging/x1y2z3/incoming")]
    [InlineData(".staging/scratch")]
    [InlineData("releases/0123456789abcdef/www/index.html")]
    [InlineData("releases/0123456789abcdef")]
    [InlineData("releases/junk/with/folders")]
    [InlineData("releases/junk")]
    [InlineData("releases/.DS_Store")]
    public void TryOpen_RemovesIt(string leftover)
    {
        using var volume = new TestVolume();
        var kept = volume.Publish(("index.html", "1")).Release;
        Directory.CreateDirectory(Path.GetDirectoryName(volume[leftover])!);
        File.WriteAllText(volume[leftover], "left over");

        using (var writer = volume.Open())
            Assert.Empty(writer.Unremovable);

        Assert.Empty(Directory.EnumerateFileSystemEntries(volume[".staging"]));
        Assert.Equal([volume.Volume.DirectoryOf(kept.Id)], Directory.EnumerateFileSystemEntries(volume["releases"]));
        Assert.True(volume.Publish(("index.html", "2")).Changed);
    }

    [Theory]
    [InlineData(".staging/link")]
    [InlineData("releases/link")]
    [InlineData("releases/0123456789abcdef")]
    public void TryOpen_RemovesALink_AndNothingBehindIt(string leftover)
    {
        using var volume = new TestVolume();
        using var outside = new TemporaryFolder();
        outside.Write("precious", "1");
        volume.Publish(("index.html", "1"));
        File.CreateSymbolicLink(volume[leftover], outside.Path);
        File.CreateSymbolicLink(volume[leftover + "-dangling"], "nowhere");

        using (volume.Open())
            Assert.False(Path.Exists(volume[leftover]) || Path.Exists(volume[leftover + "-dangling"]));

        Assert.True(File.Exists(outside["precious"]));
    }

    [Fact]
    public void TryOpen_RemovesALinkInPlaceOfStaging_AndNothingBehindIt()
    {
        using var volume = new TestVolume();
        using var outside = new TemporaryFolder();
        outside.Write("precious", "1");
        File.CreateSymbolicLink(volume[".staging"], outside.Path);

        Assert.True(volume.Publish(("index.html", "1")).Changed);

        Assert.True(File.Exists(outside["precious"]));
        Assert.Null(new FileInfo(volume[".staging"]).LinkTarget);
    }

    [Theory]
    [InlineData(".staging")]
    [InlineData("releases")]
    public void TryOpen_MakesItsFolders_WhereFilesHaveTheirNames(string name)
    {
        using var volume = new TestVolume();
        File.WriteAllText(volume[name], "not a folder");

        Assert.True(volume.Publish(("index.html", "1")).Changed);

        Assert.NotNull(volume.Volume.ReadCurrent());
    }

    [Theory]
    [InlineData("releases/0123456789abcdef")]
    [InlineData("releases/")]
    [InlineData("../elsewhere")]
    [InlineData("/nowhere")]
    [InlineData("current")]
    public void Publish_ReplacesCurrent_WhenItLeadsNowhere(string target)
    {
        using var volume = new TestVolume();
        File.CreateSymbolicLink(volume["current"], target);

        AssertPublishes(volume);
    }

    [Fact]
    public void Publish_ReplacesCurrent_WhenItIsAFile()
    {
        using var volume = new TestVolume();
        File.WriteAllText(volume["current"], "");

        AssertPublishes(volume);
    }

    [Fact]
    public void Publish_ReplacesCurrent_WhenItIsAFolderWithFiles()
    {
        using var volume = new TestVolume();
        Directory.CreateDirectory(volume["current/www"]);
        File.WriteAllText(volume["current/www/index.html"], "by hand");

        AssertPublishes(volume);
    }

    [Fact]
    public void Publish_ReplacesCurrent_WhenItIsALinkToAFolderElsewhere()
    {
        using var volume = new TestVolume();
        using var elsewhere = new TemporaryFolder();
        elsewhere.Write("www/index.html", "by hand");
        File.CreateSymbolicLink(volume["current"], elsewhere.Path);

        AssertPublishes(volume);

        Assert.True(File.Exists(elsewhere["www/index.html"]));
    }

    [Fact]
    public void Publish_ReplacesCurrent_WhenItLeadsToTheReleaseByAnAbsolutePath()
    {
        using var volume = new TestVolume();
        var release = volume.Publish(("index.html", "1")).Release;
        File.Delete(volume["current"]);
        File.CreateSymbolicLink(volume["current"], release.Directory);

        Assert.True(volume.Publish(("index.html", "1")).Changed);

        Assert.Equal(release.Id, volume.Volume.ReadCurrentId());
    }

    private static void AssertPublishes(TestVolume volume)
    {
        Assert.Null(volume.Volume.ReadCurrent());

        var release = volume.Publish(("index.html", "1")).Release;

        Assert.Equal(release.Id, volume.Volume.ReadCurrent()?.Id);
        Assert.Null(ReleaseVerifier.FindProblemInContent(release));
        using var next = volume.Open();
        Assert.Empty(Directory.EnumerateFileSystemEntries(volume[".staging"]));
    }
}
