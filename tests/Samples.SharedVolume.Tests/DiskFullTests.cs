using System.Globalization;
using System.Security.Cryptography;
using CliWrap;
using CliWrap.Buffered;

namespace Samples.SharedVolume.Tests;

/// <summary>On a real file system of 1 MiB: whatever runs full, what is served stays, and the next publish works once there is space.</summary>
public sealed class DiskFullTests : IAsyncLifetime
{
    private readonly TemporaryFolder _mountPoint = new();
    private string _kept = "";

    public async ValueTask InitializeAsync()
    {
        Needs.That(Environment.UserName == "root" && OperatingSystem.IsLinux(), "This test mounts a small tmpfs, which takes root.");
        await MountAsync("size=1m");
    }

    public async ValueTask DisposeAsync()
    {
        await Cli.Wrap("umount").WithArguments(_mountPoint.Path).WithValidation(CommandResultValidation.None).ExecuteAsync(CancellationToken.None);
        _mountPoint.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Add_NamesThePathAndTheSpace_AndLeavesCurrentUntouched(bool announced)
    {
        using var volume = PublishFirst();
        using (var writer = volume.Open())
        using (var staged = writer.Stage(ContentLimits.Default))
        {
            using var content = new MemoryStream(new byte[2 << 20]);

            var error = Assert.Throws<IOException>(
                () => staged.Add("video.bin", content, TestVolume.Modified, announced ? content.Length : null, TestContext.Current.CancellationToken));

            AssertNamesSpace(error, "'video.bin'");
            Assert.Contains(announced ? "it needs 2097152 bytes" : "its size is not known", error.Message, StringComparison.Ordinal);
        }

        AssertKeptAndPublishesAgain(volume);
    }

    [Fact]
    public async Task SaveScratchAsync_NamesTheDownloadAndTheSpace()
    {
        using var volume = PublishFirst();
        using (var writer = volume.Open())
        using (var staged = writer.Stage(ContentLimits.Default))
        {
            using var content = new MemoryStream(new byte[2 << 20]);

            var error = await Assert.ThrowsAsync<IOException>(
                () => staged.Scratch.SaveAsync(staged.Scratch.MainFile, "site.tar.gz", content, content.Length, TestContext.Current.CancellationToken));

            AssertNamesSpace(error, "'site.tar.gz'");
        }

        AssertKeptAndPublishesAgain(volume);
    }

    [Fact]
    public void Publish_LeavesCurrentUntouched_WhenTheEncodedFormsDoNotFit()
    {
        using var volume = PublishFirst();
        using (var writer = volume.Open())
        using (var staged = writer.Stage(ContentLimits.Default))
        {
            staged.Add("digits.txt", Convert.ToHexString(RandomNumberGenerator.GetBytes(350_000)));

            var error = Assert.Throws<IOException>(() => writer.Publish(staged, TestVolume.Source, TestContext.Current.CancellationToken));

            AssertNamesSpace(error, "encoded forms");
        }

        AssertKeptAndPublishesAgain(volume);
    }

    [Fact]
    public void Publish_LeavesCurrentUntouched_WhenTheManifestDoesNotFit()
    {
        using var volume = PublishFirst();
        using (var writer = volume.Open())
        using (var staged = writer.Stage(ContentLimits.Default))
        {
            staged.Add("a.bin", "1");
            FillUp(volume["ballast"]);

            var error = Assert.Throws<IOException>(() => writer.Publish(staged, TestVolume.Source, TestContext.Current.CancellationToken));

            AssertNamesSpace(error, "manifest");
        }

        File.Delete(volume["ballast"]);
        AssertKeptAndPublishesAgain(volume);
    }

    [Fact]
    public async Task Publish_LeavesASoundCurrent_WhereverInodesRunOut()
    {
        using var volume = PublishFirst();
        var failures = 0;

        for (var spare = 0; volume.Volume.ReadCurrentId() == _kept; spare++)
        {
            await MountAsync($"remount,nr_inodes={await CountInodesAsync() + spare}");
            var error = Record.Exception(() => volume.Publish(("index.html", "2"), ("sub/b.txt", new string('b', 1000))));
            Assert.True(error is null or IOException, error?.ToString());
            Assert.Null(ReleaseVerifier.FindProblemInContent(volume.Volume.ReadCurrent()!));
            failures += error is null ? 0 : 1;
        }

        Assert.True(failures > 5);
    }

    [Fact]
    public void SwitchTo_Works_WhenTheDiskIsFull()
    {
        using var volume = PublishFirst();
        volume.Publish(("index.html", "2"));
        FillUp(volume["ballast"]);
        using var writer = volume.Open();

        Assert.True(writer.SwitchTo(_kept));
    }

    [Fact]
    public void Collect_MakesSpace_WhenTheDiskIsFull()
    {
        using var volume = PublishFirst();
        volume.Publish(("index.html", "2"));
        FillUp(volume["ballast"]);
        using var writer = volume.Open();

        Assert.Equal([_kept], writer.Collect(new RetentionPolicy(0, TimeSpan.Zero, null)));
    }

    private TestVolume PublishFirst()
    {
        var volume = new TestVolume(_mountPoint.Path);
        _kept = volume.Publish(("index.html", "kept"), ("a.txt", new string('a', 1000))).Release.Id;
        return volume;
    }

    private void AssertKeptAndPublishesAgain(TestVolume volume)
    {
        Assert.Equal(_kept, volume.Volume.ReadCurrentId());
        Assert.Null(ReleaseVerifier.FindProblemInContent(volume.Volume.ReadCurrent()!));
        Assert.Empty(Directory.EnumerateFileSystemEntries(volume.Volume.StagingDirectory));
        Assert.Equal([_kept], volume.Volume.ListReleases().Select(r => r.Id));
        Assert.True(volume.Publish(("index.html", "next")).Changed);
    }

    private void AssertNamesSpace(IOException error, string what)
    {
        Assert.StartsWith($"No space left on the shared volume '{_mountPoint.Path}' for ", error.Message, StringComparison.Ordinal);
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
        Assert.Matches(@" \d+ are free\.", error.Message);
    }

    private static void FillUp(string path)
    {
        using var ballast = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
                ballast.Write(new byte[4096]);
        }
        catch (IOException)
        {
            // Full: as asked.
        }
    }

    /// <summary>Those in use.</summary>
    private async Task<int> CountInodesAsync()
    {
        var found = await Cli.Wrap("stat").WithArguments(["-f", "-c", "%c %d", _mountPoint.Path]).ExecuteBufferedAsync(TestContext.Current.CancellationToken);
        return found.StandardOutput.Split(' ').Select(n => int.Parse(n, CultureInfo.InvariantCulture)).Aggregate((all, free) => all - free);
    }

    private Task MountAsync(string options) =>
        Cli.Wrap("mount").WithArguments(["-t", "tmpfs", "-o", options, "samples-test", _mountPoint.Path]).ExecuteAsync(CancellationToken.None);
}
