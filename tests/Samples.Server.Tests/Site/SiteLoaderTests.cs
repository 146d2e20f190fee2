using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Samples.Hosting;

namespace Samples.Server.Tests;

public sealed class SiteLoaderTests : IDisposable
{
    private readonly TestVolume _volume = new();

    public void Dispose() => _volume.Dispose();

    [Fact]
    public void Load_SharesBodies_WithThePreviousSite()
    {
        var first = _volume.Write(new TestFile("same.txt", "same", encoded: true), new TestFile("other.txt", "one"));
        var second = _volume.Write(new TestFile("moved.txt", "same", encoded: true), new TestFile("other.txt", "two"));
        var loader = CreateLoader();

        using var previous = loader.Load(first, null);
        using var next = loader.Load(second, previous);

        Assert.Same(Get(previous, "/same.txt").Identity.Bytes, Get(next, "/moved.txt").Identity.Bytes);
        Assert.Same(Get(previous, "/same.txt").Coded[0].Bytes, Get(next, "/moved.txt").Coded[0].Bytes);
        Assert.NotSame(Get(previous, "/other.txt").Identity.Bytes, Get(next, "/other.txt").Identity.Bytes);
    }

    [Fact]
    public void Load_LeavesLargeFilesOnTheVolume()
    {
        var id = _volume.Write(new TestFile("small.txt", "s"), new TestFile("large.txt", new string('l', 100)));

        using var site = CreateLoader(new ByteSize(50)).Load(id, null);

        Assert.NotNull(Get(site, "/small.txt").Identity.Bytes);
        Assert.Null(Get(site, "/large.txt").Identity.Bytes);
    }

    [Fact]
    public void Load_RefusesALinkedFile()
    {
        var id = _volume.Write(new TestFile("index.html", "content"));
        File.Delete(_volume.PathOf(id, "index.html"));
        File.CreateSymbolicLink(_volume.PathOf(id, "index.html"), "/etc/hostname");

        var e = Assert.Throws<InvalidDataException>(() => CreateLoader().Load(id, null));

        Assert.Contains("index.html", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_RefusesALinkedFolder()
    {
        var id = _volume.Write(new TestFile("a/b/index.html", "content"));
        Directory.Move(_volume.PathOf(id, "a"), _volume.PathOf(id, "elsewhere"));
        File.CreateSymbolicLink(_volume.PathOf(id, "a"), "elsewhere");

        Assert.Throws<InvalidDataException>(() => CreateLoader().Load(id, null));
    }

    [Theory]
    [InlineData("../../../../etc/hostname")]
    [InlineData("/etc/hostname")]
    [InlineData("a/../index.html")]
    public void Load_RefusesAPathThatLeavesTheRelease(string path)
    {
        var id = _volume.Write(new TestFile("index.html", "content"));
        _volume.EditManifest(id, json => json.Replace("index.html", path, StringComparison.Ordinal));

        var e = Assert.Throws<InvalidDataException>(() => CreateLoader().Load(id, null));

        Assert.Contains(path, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_RefusesATruncatedFile()
    {
        var id = _volume.Write(new TestFile("index.html", "content"));
        File.WriteAllText(_volume.PathOf(id, "index.html"), "con");

        Assert.Throws<InvalidDataException>(() => CreateLoader().Load(id, null));
    }

    [Fact]
    public void Load_SendsNoDateInTheFuture()
    {
        var now = new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var id = _volume.Write(new TestFile("a.txt", "a"u8.ToArray(), now.AddDays(1)));

        using var site = CreateLoader(now: now).Load(id, null);

        Assert.Equal(new DateTimeOffset(2026, 1, 2, 3, 4, 6, TimeSpan.Zero), Get(site, "/a.txt").Modified);
    }

    [Fact]
    public void LoadFingerprinted_LeavesOutAllOtherNames()
    {
        var id = _volume.Write(new TestFile("index.html", "page"), new TestFile("app.3f9c2a1b.js", "script"));

        using var site = CreateLoader().LoadFingerprinted(id);

        Assert.Equal("/app.3f9c2a1b.js", Assert.Single(site.Assets).Path);
    }

    private static Asset Get(Site site, string path)
    {
        Assert.True(site.TryGet(path, out var asset));
        return asset;
    }

    private SiteLoader CreateLoader(ByteSize? budget = null, DateTimeOffset? now = null) =>
        new(_volume.Volume,
            Options.Create(new ServerOptions { MemoryBudget = budget ?? ByteSize.FromMiB(1) }),
            new FakeTimeProvider(now ?? new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero)));
}
