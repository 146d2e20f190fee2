using System.Diagnostics;

namespace Samples.SharedVolume.Tests;

public sealed class VolumeWriterTests
{
    [Fact]
    public async Task Publish_LaysOutTheVolumeByContract()
    {
        using var volume = new TestVolume();

        var (release, changed) = volume.Publish(("index.html", "<h1>Welcome</h1>"), ("assets/app.js", new string('a', 1000)));

        Assert.True(changed);
        Assert.Equal($"releases/{release.Id}", new FileInfo(volume["current"]).LinkTarget);
        Assert.Equal("<h1>Welcome</h1>", await File.ReadAllTextAsync(volume["current/www/index.html"], TestContext.Current.CancellationToken));
        Assert.Empty(Directory.EnumerateFileSystemEntries(volume[".staging"]));
        Assert.Equal(
            ["release.json", "www", "www/assets", "www/assets/app.js", "www/assets/app.js.br", "www/assets/app.js.gz", "www/index.html"],
            Directory.EnumerateFileSystemEntries(release.Directory, "*", SearchOption.AllDirectories)
                .Select(entry => Path.GetRelativePath(release.Directory, entry)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Publish_SetsModesAndTimes()
    {
        using var volume = new TestVolume();

        var release = volume.Publish(("index.html", "<h1>Welcome</h1>"), ("assets/app.js", new string('a', 1000))).Release;

        foreach (var entry in Directory.EnumerateFileSystemEntries(release.Directory, "*", SearchOption.AllDirectories).Append(release.Directory).Append(volume["releases"]))
            Assert.Equal(Directory.Exists(entry) ? "755" : "644", Convert.ToString((int)File.GetUnixFileMode(entry), 8));
        foreach (var file in Directory.EnumerateFiles(release.DocumentRoot, "*", SearchOption.AllDirectories))
            Assert.Equal(TestVolume.Modified.UtcDateTime, File.GetLastWriteTimeUtc(file));
    }

    [Fact]
    public void Publish_Works_WhenTheVolumeHandsDownItsGroup()
    {
        using var volume = new TestVolume();
        File.SetUnixFileMode(volume.Volume.Root, (UnixFileMode)0x5FD); // 2775, as fsGroup makes it

        var release = volume.Publish(("assets/app.js", "1")).Release;

        Assert.Null(ReleaseVerifier.FindProblemInContent(release));
        Assert.True(File.GetUnixFileMode(release.PathOf(release.Manifest.Files[0])).HasFlag(UnixFileMode.OtherRead));
    }

    [Fact]
    public async Task Publish_ChangesNothingOnDisk_WhenTheContentIsTheSame()
    {
        using var volume = new TestVolume();
        var first = volume.Publish(("index.html", new string('a', 1000)), ("b.txt", "b"));
        var before = await volume.LookAsync();
        volume.Clock.Advance(TimeSpan.FromHours(1));

        var second = volume.Publish(("b.txt", "b"), ("index.html", new string('a', 1000)));

        Assert.False(second.Changed);
        Assert.Equal(first.Release.Id, second.Release.Id);
        Assert.Equal(first.Release.Manifest.CreatedAt, second.Release.Manifest.CreatedAt);
        Assert.Equal(before, await volume.LookAsync());
    }

    [Fact]
    public async Task Publish_OnlySwapsTheLink_WhenTheContentWasThereBefore()
    {
        using var volume = new TestVolume();
        var first = volume.Publish(("index.html", "1")).Release;
        var second = volume.Publish(("index.html", "2")).Release;
        var before = await volume.LookAsync();

        var (release, changed) = volume.Publish(("index.html", "1"));

        Assert.True(changed);
        Assert.Equal(first.Id, release.Id);
        string[] touched = ["", "current", $"releases/{first.Id}", $"releases/{second.Id}"];
        var changedEntries = before.Except(await volume.LookAsync()).Select(line => line[..line.IndexOf(' ', StringComparison.Ordinal)]);
        Assert.Equal(touched, changedEntries.Where(name => name is not "releases").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Publish_Refuses_WhenThereIsNoFile()
    {
        using var volume = new TestVolume();
        var kept = volume.Publish(("index.html", "1")).Release;

        var refusal = Assert.Throws<ContentRejectedException>(() => volume.Publish());

        Assert.Equal(RejectionReason.Empty, refusal.Reason);
        Assert.Equal(kept.Id, volume.Volume.ReadCurrentId());
    }

    [Fact]
    public void Publish_ChangesNothing_WhenItIsCancelled()
    {
        using var volume = new TestVolume();
        var kept = volume.Publish(("index.html", "1")).Release;
        using var writer = volume.Open();
        using var staged = writer.Stage(ContentLimits.Default);
        staged.Add("index.html", new string('2', 1000));

        Assert.ThrowsAny<OperationCanceledException>(() => writer.Publish(staged, TestVolume.Source, new CancellationToken(canceled: true)));

        Assert.Equal(kept.Id, volume.Volume.ReadCurrentId());
        Assert.Equal([kept.Id], volume.Volume.ListReleases().Select(r => r.Id));
    }

    [Fact]
    public void SwitchTo_ChangesOnlyWhatIsCurrent()
    {
        using var volume = new TestVolume();
        var first = volume.Publish(("index.html", "1")).Release;
        var second = volume.Publish(("index.html", "2")).Release;
        using var writer = volume.Open();

        Assert.True(writer.SwitchTo(first.Id));
        Assert.False(writer.SwitchTo(first.Id));

        Assert.Equal(first.Id, volume.Volume.ReadCurrentId());
        Assert.Null(ReleaseVerifier.FindProblemInContent(second));
    }

    [Fact]
    public void SwitchTo_DatesBothReleases()
    {
        using var volume = new TestVolume();
        var first = volume.Publish(("index.html", "1")).Release;
        volume.Clock.Advance(TimeSpan.FromHours(1));
        var second = volume.Publish(("index.html", "2")).Release;
        volume.Clock.Advance(TimeSpan.FromHours(1));
        var third = volume.Publish(("index.html", "3")).Release;

        var now = volume.Clock.GetUtcNow();

        Assert.Equal(
            [new RetainedRelease(second.Id, now), new RetainedRelease(third.Id, now), new RetainedRelease(first.Id, now.AddHours(-1))],
            volume.Volume.ListReleases().OrderByDescending(r => r.LastCurrentAt).ThenBy(r => r.Id == third.Id));
    }

    [Fact]
    public void Pin_IsReadBack_UntilItIsRemoved()
    {
        using var volume = new TestVolume();
        var first = volume.Publish(("index.html", "1")).Release;
        using var writer = volume.Open();

        writer.Pin(first.Id);
        var pinned = volume.Volume.ReadPin();
        writer.Pin(null);
        writer.Pin(null);

        Assert.Equal(first.Id, pinned);
        Assert.Null(volume.Volume.ReadPin());
        Assert.Empty(Directory.EnumerateFileSystemEntries(volume[".staging"]));
    }

    [Fact]
    public async Task Publish_ShowsReadersOldOrNew_WhileItSwaps()
    {
        using var volume = new TestVolume();
        volume.Publish(("a", "0"), ("b", "0"));
        using var done = new CancellationTokenSource();
        var reader = Task.Run(() => ReadPairs(volume, done.Token), TestContext.Current.CancellationToken);

        using (var writer = volume.Open())
        {
            for (var i = 1; i <= 100; i++)
            {
                writer.Publish(("a", $"{i}"), ("b", $"{i}"));
                writer.Collect(RetentionPolicy.Default with { Keep = 1 });
            }
        }

        await done.CancelAsync();
        Assert.True(await reader > 0);
    }

    /// <summary>Resolves <c>current</c> once for each pair, as the contract asks of readers.</summary>
    private static int ReadPairs(TestVolume volume, CancellationToken done)
    {
        var pairs = 0;
        for (; !done.IsCancellationRequested || pairs == 0; pairs++)
        {
            var root = Path.Combine(volume.Volume.Root, new FileInfo(volume["current"]).LinkTarget ?? throw new UnreachableException(), "www");
            Assert.Equal(File.ReadAllText(Path.Combine(root, "a")), File.ReadAllText(Path.Combine(root, "b")));
        }

        return pairs;
    }
}
