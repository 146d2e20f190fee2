namespace Samples.SharedVolume.Tests;

public sealed class CollectTests
{
    private static readonly RetentionPolicy _nothing = new(0, TimeSpan.Zero, null);

    [Fact]
    public void Collect_KeepsCurrentAndTheNewestOthers()
    {
        using var volume = new TestVolume();
        var ids = PublishSeries(volume, 6);
        volume.Clock.Advance(TimeSpan.FromMinutes(5));
        using var writer = volume.Open();

        var removed = writer.Collect(RetentionPolicy.Default);

        Assert.Equal([ids[1], ids[0]], removed);
        Assert.Equal(ids[2..].Order(StringComparer.Ordinal), volume.Volume.ListReleases().Select(r => r.Id).Order(StringComparer.Ordinal));
        Assert.Empty(Directory.EnumerateFileSystemEntries(volume[".staging"]));
    }

    [Fact]
    public void Collect_NeverRemovesCurrent_EvenWhenItIsTheOldest()
    {
        using var volume = new TestVolume();
        var ids = PublishSeries(volume, 3);
        using var writer = volume.Open();
        writer.SwitchTo(ids[0]);
        Directory.SetLastWriteTimeUtc(volume.Volume.DirectoryOf(ids[0]), DateTime.UnixEpoch);

        var removed = writer.Collect(_nothing with { MaxRetainedBytes = 0 });

        Assert.Equal(ids[1..].Order(StringComparer.Ordinal), removed.Order(StringComparer.Ordinal));
        Assert.Null(ReleaseVerifier.FindProblemInContent(volume.Volume.ReadCurrent()!));
    }

    [Fact]
    public void Collect_KeepsWhatStoppedBeingCurrentInTheGracePeriod()
    {
        using var volume = new TestVolume();
        PublishSeries(volume, 3);
        using var writer = volume.Open();
        var policy = _nothing with { Grace = TimeSpan.FromMinutes(1) };

        var early = writer.Collect(policy);
        volume.Clock.Advance(TimeSpan.FromMinutes(1));
        var late = writer.Collect(policy);

        Assert.Single(early);
        Assert.Single(late);
    }

    [Fact]
    public void Collect_CountsSharedBytesOnce()
    {
        using var volume = new TestVolume();
        var big = new string('x', 10_000);
        foreach (var i in Enumerable.Range(0, 4))
            volume.Publish(("big.bin", big), ("small.bin", $"{i}"));
        using var writer = volume.Open();

        Assert.Empty(writer.Collect(new RetentionPolicy(10, TimeSpan.Zero, 3)));
        Assert.Single(writer.Collect(new RetentionPolicy(10, TimeSpan.Zero, 2)));
    }

    [Fact]
    public void Collect_LeavesSharedFilesOfOthersWhole()
    {
        using var volume = new TestVolume();
        volume.Publish(("shared.txt", new string('s', 1000)), ("a", "1"));
        var kept = volume.Publish(("shared.txt", new string('s', 1000)), ("a", "2")).Release;
        using var writer = volume.Open();

        var removed = writer.Collect(_nothing);

        Assert.Single(removed);
        Assert.Null(ReleaseVerifier.FindProblemInContent(kept));
    }

    [Fact]
    public void Collect_GoesOn_WhenTheClockSteppedBack()
    {
        using var volume = new TestVolume();
        PublishSeries(volume, 3);
        volume.Clock.AdjustTime(volume.Clock.GetUtcNow().AddYears(-1));
        PublishSeries(volume, 6);
        using var writer = volume.Open();

        writer.Collect(_nothing with { Keep = 2 });

        Assert.NotNull(volume.Volume.ReadCurrent());
        Assert.InRange(volume.Volume.ListReleases().Count, 1, 4);
    }

    private static string[] PublishSeries(TestVolume volume, int count) =>
        [.. Enumerable.Range(0, count).Select(i =>
        {
            volume.Clock.Advance(TimeSpan.FromMinutes(2));
            return volume.Publish(("index.html", $"release {i}")).Release.Id;
        })];
}
