using System.Text;

namespace Samples.SharedVolume.Tests;

public sealed class StagedReleaseTests
{
    private static readonly ContentLimits _limits = new(MaxBytes: 100, MaxFiles: 3, MaxFileBytes: 60);

    [Theory]
    [InlineData("../up.html", RejectionReason.Path)]
    [InlineData("/etc/passwd", RejectionReason.Path)]
    [InlineData("a/./b", RejectionReason.Path)]
    [InlineData("a\\b", RejectionReason.Path)]
    [InlineData("taken.html", RejectionReason.Collision)]
    [InlineData("Taken.HTML", RejectionReason.Collision)]
    [InlineData("TAKEN.html/x", RejectionReason.Collision)]
    [InlineData("taken.html/x", RejectionReason.Collision)]
    [InlineData("taken.html/x/y/z", RejectionReason.Collision)]
    [InlineData("folder", RejectionReason.Collision)]
    [InlineData("Folder", RejectionReason.Collision)]
    [InlineData("Folder/other", RejectionReason.Collision)]
    [InlineData("folder/SUB/other", RejectionReason.Collision)]
    public void Add_RefusesAndNamesTheEntry(string path, RejectionReason reason)
    {
        using var volume = new TestVolume();
        using var writer = volume.Open();
        using var staged = writer.Stage(ContentLimits.Default);
        staged.Add("taken.html", "1");
        staged.Add("folder/sub/file", "1");

        var refusal = Assert.Throws<ContentRejectedException>(() => staged.Add(path, "2"));

        Assert.Equal(reason, refusal.Reason);
        Assert.StartsWith($"Refused '{path}': ", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("folder/other")]
    [InlineData("folder/sub/other")]
    [InlineData("folder/sub.d/x")]
    [InlineData("fold")]
    [InlineData("folderx/sub")]
    [InlineData("taken.html.d/x")]
    public void Add_Takes_WhatOnlyLooksLikeACollision(string path)
    {
        using var volume = new TestVolume();
        using var writer = volume.Open();
        using var staged = writer.Stage(ContentLimits.Default);
        staged.Add("taken.html", "1");
        staged.Add("folder/sub/file", "1");

        staged.Add(path, "2");

        Assert.Equal(3, staged.Count);
    }

    [Fact]
    public void Add_RefusesTheFileBeyondTheLimit()
    {
        using var volume = new TestVolume();
        using var writer = volume.Open();
        using var staged = writer.Stage(_limits);
        foreach (var path in (string[])["a", "b", "c"])
            staged.Add(path, "1");

        var refusal = Assert.Throws<ContentRejectedException>(() => staged.Add("d", "1"));

        Assert.Equal(RejectionReason.TooManyFiles, refusal.Reason);
        Assert.StartsWith("Refused 'd': it is beyond the limit of 3 files", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(61, true, RejectionReason.FileTooLarge)]
    [InlineData(61, false, RejectionReason.FileTooLarge)]
    [InlineData(51, true, RejectionReason.ReleaseTooLarge)]
    [InlineData(51, false, RejectionReason.ReleaseTooLarge)]
    public void Add_RefusesWhatIsTooLarge_AnnouncedOrNot(int size, bool announced, RejectionReason reason)
    {
        using var volume = new TestVolume();
        using var writer = volume.Open();
        using var staged = writer.Stage(_limits);
        staged.Add("first", new byte[50]);
        using var content = new MemoryStream(new byte[size]);

        var refusal = Assert.Throws<ContentRejectedException>(
            () => staged.Add("second", content, TestVolume.Modified, announced ? size : null, TestContext.Current.CancellationToken));

        Assert.Equal(reason, refusal.Reason);
        Assert.StartsWith("Refused 'second': ", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(announced ? 0 : size, content.Position);
    }

    [Fact]
    public void Add_StopsReading_WhenTheStreamHasNoEnd()
    {
        using var volume = new TestVolume();
        using var writer = volume.Open();
        using var staged = writer.Stage(ContentLimits.Default with { MaxFileBytes = 1 << 20 });
        using var zeros = File.OpenRead("/dev/zero");

        var refusal = Assert.Throws<ContentRejectedException>(
            () => staged.Add("bomb.bin", zeros, TestVolume.Modified, null, TestContext.Current.CancellationToken));

        Assert.Equal(RejectionReason.FileTooLarge, refusal.Reason);
        Assert.InRange(Directory.EnumerateFiles(volume[".staging"], "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length), 0, 1 << 20);
    }

    [Theory]
    [InlineData(4, "Refused 'a.html': it has more than the 4 bytes that were announced.")]
    [InlineData(6, "Refused 'a.html': it has 5 bytes, not the 6 that were announced.")]
    public void Add_Refuses_WhenTheSizeIsNotAsAnnounced(int announced, string said)
    {
        using var volume = new TestVolume();
        using var writer = volume.Open();
        using var staged = writer.Stage(_limits);
        using var content = new MemoryStream("hello"u8.ToArray());

        var refusal = Assert.Throws<ContentRejectedException>(() => staged.Add("a.html", content, TestVolume.Modified, announced, TestContext.Current.CancellationToken));

        Assert.Equal((RejectionReason.Corrupt, said), (refusal.Reason, refusal.Message));
    }

    [Fact]
    public async Task AddAndSaveScratchAsync_ReadNothing_WhenTheVolumeHasLessSpaceThanIsAnnounced()
    {
        const long Exbibyte = 1L << 60;
        using var volume = new TestVolume();
        using var writer = volume.Open();
        using var staged = writer.Stage(new ContentLimits(long.MaxValue, 10, long.MaxValue));
        using var content = new MemoryStream("hello"u8.ToArray());

        var added = Assert.Throws<IOException>(() => staged.Add("a.html", content, TestVolume.Modified, Exbibyte, TestContext.Current.CancellationToken));
        var saved = await Assert.ThrowsAsync<IOException>(() => staged.Scratch.SaveAsync(staged.Scratch.MainFile, "site.tar", content, Exbibyte, TestContext.Current.CancellationToken));

        Assert.StartsWith($"No space left on the shared volume '{volume.Volume.Root}' for 'a.html': it needs {Exbibyte} bytes, ", added.Message, StringComparison.Ordinal);
        Assert.StartsWith($"No space left on the shared volume '{volume.Volume.Root}' for 'site.tar': it needs {Exbibyte} bytes, ", saved.Message, StringComparison.Ordinal);
        Assert.Equal(0, content.Position);
    }

    [Fact]
    public async Task SaveScratchAsync_RefusesADownloadLargerThanTheRelease()
    {
        using var volume = new TestVolume();
        using var writer = volume.Open();
        using var staged = writer.Stage(_limits);
        using var content = new MemoryStream(new byte[101]);

        var refusal = await Assert.ThrowsAsync<ContentRejectedException>(
            () => staged.Scratch.SaveAsync(staged.Scratch.MainFile, "site.tar.gz", content, null, TestContext.Current.CancellationToken));

        Assert.Equal(RejectionReason.ReleaseTooLarge, refusal.Reason);
        Assert.StartsWith("Refused 'site.tar.gz': ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SaveScratchAsync_KeepsWhatItRead_OutOfTheRelease()
    {
        using var volume = new TestVolume();
        using var writer = volume.Open();
        using var staged = writer.Stage(ContentLimits.Default);
        using var content = new MemoryStream("archive"u8.ToArray());

        await staged.Scratch.SaveAsync(staged.Scratch.MainFile, "site.tar", content, 7, TestContext.Current.CancellationToken);
        var saved = await File.ReadAllTextAsync(staged.Scratch.MainFile, TestContext.Current.CancellationToken);
        staged.Add("index.html", "1");
        var release = writer.Publish(staged, TestVolume.Source, TestContext.Current.CancellationToken).Release;

        Assert.Equal("archive", saved);
        Assert.Equal(["index.html", "release.json"], Directory.EnumerateFiles(release.Directory, "*", SearchOption.AllDirectories).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Dispose_RemovesWhatWasStaged()
    {
        using var volume = new TestVolume();
        using var writer = volume.Open();
        var staged = writer.Stage(ContentLimits.Default);
        staged.Add("a/b/c", Encoding.UTF8.GetBytes("1"));

        staged.Dispose();
        staged.Dispose();

        Assert.Empty(Directory.EnumerateFileSystemEntries(volume[".staging"]));
        Assert.Null(volume.Volume.ReadCurrentId());
    }
}
