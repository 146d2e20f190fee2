namespace Samples.SharedVolume.Tests;

public sealed class VolumeTests
{
    [Fact]
    public void Read_FindsNothing_OnAnEmptyVolume()
    {
        using var volume = new TestVolume();

        Assert.Null(volume.Volume.ReadCurrentId());
        Assert.Null(volume.Volume.ReadCurrent());
        Assert.Null(volume.Volume.ReadPin());
        Assert.Empty(volume.Volume.ListReleases());
        Assert.Empty(Directory.EnumerateFileSystemEntries(volume.Volume.Root));
    }

    [Theory]
    [InlineData("releases/3f1c9a52b7d0e846", "3f1c9a52b7d0e846")]
    [InlineData("releases/3f1c9a52b7d0e846/", null)]
    [InlineData("./releases/3f1c9a52b7d0e846", null)]
    [InlineData("/releases/3f1c9a52b7d0e846", null)]
    [InlineData("releases/../../../etc/abcdef", null)]
    [InlineData("3f1c9a52b7d0e846", null)]
    public void ReadCurrentId_TakesOnlyTheLinkOfTheContract(string target, string? expected)
    {
        using var volume = new TestVolume();
        File.CreateSymbolicLink(volume["current"], target);

        Assert.Equal(expected, volume.Volume.ReadCurrentId());
        Assert.Null(volume.Volume.ReadCurrent());
    }

    [Theory]
    [InlineData("")]
    [InlineData("../../etc")]
    [InlineData("0123456789abcdef")]
    public void TryOpen_IsNull_ForWhatIsNoReleaseHere(string id)
    {
        using var volume = new TestVolume();

        Assert.Null(volume.Volume.TryOpen(id));
    }

    [Fact]
    public void ListReleases_PassesOverWhatIsIncompleteOrNoRelease()
    {
        using var volume = new TestVolume();
        var release = volume.Publish(("index.html", "1")).Release;
        Directory.CreateDirectory(volume["releases/0123456789abcdef/www"]);
        Directory.CreateDirectory(volume["releases/junk"]);
        File.WriteAllText(volume["releases/fedcba9876543210"], "");

        Assert.Equal([release.Id], volume.Volume.ListReleases().Select(r => r.Id));
    }

    [Theory]
    [InlineData("3f1c9a52b7d0e846\n", "3f1c9a52b7d0e846")]
    [InlineData("  3f1c9a52b7d0e846", "3f1c9a52b7d0e846")]
    [InlineData("\n", null)]
    [InlineData("", null)]
    public void ReadPin_TakesWhatAPersonWrites(string text, string? expected)
    {
        using var volume = new TestVolume();
        File.WriteAllText(volume.Volume.PinFile, text);

        Assert.Equal(expected, volume.Volume.ReadPin());
    }
}
