using CliWrap;
using CliWrap.Buffered;

namespace Samples.SharedVolume.Tests;

/// <summary>An update costs the bytes that changed: all else is hard links to the release before.</summary>
public sealed class SharingTests
{
    private static readonly string _text = new('a', 1000);
    private static readonly DateTimeOffset _later = TestVolume.Modified.AddDays(1);

    [Fact]
    public async Task Publish_LinksUnchangedFiles_WithTheirEncodingsAndTimes()
    {
        using var volume = new TestVolume();
        var first = volume.Publish(("sub/app.js", _text), ("index.html", "1")).Release;
        using var writer = volume.Open();
        using var staged = writer.Stage(ContentLimits.Default);
        staged.Add("index.html", "2");
        staged.Add("sub/app.js", _text, _later);

        var second = writer.Publish(staged, TestVolume.Source, TestContext.Current.CancellationToken).Release;

        foreach (var name in (string[])["sub/app.js", "sub/app.js.br", "sub/app.js.gz"])
            Assert.Equal(await InodeAsync(first, name), await InodeAsync(second, name));
        Assert.NotEqual(await InodeAsync(first, "index.html"), await InodeAsync(second, "index.html"));
        Assert.Equal(first.Manifest.Files[1] with { Encodings = [] }, second.Manifest.Files[1] with { Encodings = [] });
        Assert.Equal(first.Manifest.Files[1].Encodings, second.Manifest.Files[1].Encodings);
        Assert.Equal(TestVolume.Modified.UtcDateTime, File.GetLastWriteTimeUtc(second.PathOf(second.Manifest.Files[1])));
        Assert.Equal(_text.Length, staged.ReusedSize);
    }

    [Fact]
    public async Task TryReuse_LinksWithoutReading_WhenSizeAndTimeAreTheSame()
    {
        using var volume = new TestVolume();
        var first = volume.Publish(("app.js", _text), ("index.html", "1")).Release;
        using var writer = volume.Open();
        using var staged = writer.Stage(ContentLimits.Default);

        Assert.True(staged.TryReuse("app.js", _text.Length, TestVolume.Modified));
        Assert.False(staged.TryReuse("index.html", 2, TestVolume.Modified));
        Assert.False(staged.TryReuse("index.html", 1, _later));
        Assert.False(staged.TryReuse("unknown", 1, TestVolume.Modified));
        staged.Add("index.html", "2");

        var second = writer.Publish(staged, TestVolume.Source, TestContext.Current.CancellationToken).Release;
        Assert.Equal(await InodeAsync(first, "app.js.br"), await InodeAsync(second, "app.js.br"));
        Assert.Null(ReleaseVerifier.FindProblemInContent(second));
    }

    [Fact]
    public async Task Publish_DoesNotLink_WhatWasEditedInPlace()
    {
        using var volume = new TestVolume();
        var first = volume.Publish(("app.js", _text), ("index.html", "1")).Release;
        await File.WriteAllTextAsync(first.PathOf(first.Manifest.Files[0]), new string('b', 1000), TestContext.Current.CancellationToken);
        using var writer = volume.Open();
        using var staged = writer.Stage(ContentLimits.Default);

        Assert.False(staged.TryReuse("app.js", _text.Length, TestVolume.Modified));
        staged.Add("app.js", _text);
        staged.Add("index.html", "2");

        var second = writer.Publish(staged, TestVolume.Source, TestContext.Current.CancellationToken).Release;
        Assert.NotEqual(await InodeAsync(first, "app.js"), await InodeAsync(second, "app.js"));
        Assert.Null(ReleaseVerifier.FindProblemInContent(second));
    }

    [Fact]
    public async Task Publish_Copies_WhenTheSystemRefusesTheLink()
    {
        using var volume = new TestVolume();
        using var elsewhere = new OtherFileSystem();
        var first = volume.Publish(("app.js", _text), ("index.html", "1")).Release;
        elsewhere.TakeOver(first.DocumentRoot);
        using var writer = volume.Open();
        using var staged = writer.Stage(ContentLimits.Default);

        Assert.False(staged.TryReuse("app.js", _text.Length, TestVolume.Modified));
        staged.Add("app.js", _text);
        staged.Add("index.html", "2");

        var second = writer.Publish(staged, TestVolume.Source, TestContext.Current.CancellationToken).Release;
        Assert.Null(ReleaseVerifier.FindProblemInContent(second));
        Assert.Equal(2, second.Manifest.Files[0].Encodings.Count);
        Assert.Equal("1", (await StatAsync(second.PathOf(second.Manifest.Files[0]), "%h")));
        Assert.Equal(0, staged.ReusedSize);
    }

    [Fact]
    public void Publish_DropsAnEncoding_WhenOnlyThatIsGone()
    {
        using var volume = new TestVolume();
        var first = volume.Publish(("app.js", _text), ("index.html", "1")).Release;
        File.Delete(first.PathOf(first.Manifest.Files[0]) + ".br");

        var second = volume.Publish(("app.js", _text), ("index.html", "2")).Release;

        Assert.Equal([FileEncoding.Gzip], second.Manifest.Files[0].Encodings.Select(e => e.Name));
        Assert.Null(ReleaseVerifier.FindProblemInContent(second));
    }

    [Fact]
    public void Stage_TellsTheSourceOfWhatItSharesWith()
    {
        using var volume = new TestVolume();
        volume.Publish(("index.html", "1"));
        using var writer = volume.Open();

        using var sharing = writer.Stage(ContentLimits.Default);
        using var afresh = writer.Stage(ContentLimits.Default, share: false);

        Assert.Equal(TestVolume.Source, sharing.Previous?.Manifest.Source);
        Assert.Null(afresh.Previous?.Manifest.Source);
    }

    private static Task<string> InodeAsync(Release release, string path) => StatAsync(Path.Combine(release.DocumentRoot, path), "%i");

    private static async Task<string> StatAsync(string path, string format) =>
        (await Cli.Wrap("stat").WithArguments(["-c", format, path]).ExecuteBufferedAsync(TestContext.Current.CancellationToken)).StandardOutput.Trim();

    /// <summary>Where link(2) from a temporary folder ends in EXDEV: as good as another user's file.</summary>
    private sealed class OtherFileSystem : IDisposable
    {
        private readonly string _path;

        public OtherFileSystem()
        {
            Needs.That(Directory.Exists("/dev/shm") && !Path.GetTempPath().StartsWith("/dev/shm", StringComparison.Ordinal), "This test needs a file system of its own at /dev/shm.");
            _path = Path.Combine("/dev/shm", Path.GetRandomFileName());
        }

        public void TakeOver(string folder)
        {
            Directory.CreateDirectory(_path);
            foreach (var file in Directory.EnumerateFiles(folder))
                File.Copy(file, Path.Combine(_path, Path.GetFileName(file)));
            foreach (var file in Directory.EnumerateFiles(folder))
                File.SetLastWriteTimeUtc(Path.Combine(_path, Path.GetFileName(file)), File.GetLastWriteTimeUtc(file));
            Directory.Delete(folder, recursive: true);
            File.CreateSymbolicLink(folder, _path);
        }

        public void Dispose() => Directory.Delete(_path, recursive: true);
    }
}
