using Microsoft.Extensions.Time.Testing;
using Samples.SharedVolume;
using Samples.Sidecar.Sources;
using Samples.Sidecar.Sync;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Sources;

public sealed class DirectorySourceTests : IDisposable
{
    private readonly TemporaryFolder _source = new();

    public void Dispose() => _source.Dispose();

    [Fact]
    public async Task Sync_PublishesNothing_WhenNothingChanged()
    {
        _source.Write("index.html", "hello");
        await using var sidecar = await RunningSidecar.StartAsync(_source.Path);

        var record = await sidecar.SyncAsync();

        Assert.Equal(SyncResult.Unchanged, record.Result);
        Assert.Single(sidecar.Volume.ListReleases());
    }

    [Fact]
    public async Task Sync_PublishesNothing_WhenAFileWasTouchedButHasTheSameBytes()
    {
        _source.Write("index.html", "hello");
        await using var sidecar = await RunningSidecar.StartAsync(_source.Path);
        var id = sidecar.Volume.ReadCurrentId()!;
        File.SetLastWriteTimeUtc(_source["index.html"], DateTime.UtcNow.AddMinutes(1));

        var record = await sidecar.SyncAsync();

        Assert.Equal(SyncResult.Unchanged, record.Result);
        sidecar.AssertServes(id);
        Assert.Single(sidecar.Volume.ListReleases());
    }

    [Fact]
    public async Task Sync_SharesWhatDidNotChange_WhenOneFileWasEdited()
    {
        _source.Write("index.html", "hello");
        _source.Write("style.css", "body { }");
        await using var sidecar = await RunningSidecar.StartAsync(_source.Path);
        var old = sidecar.Volume.ReadCurrent()!;
        // The very same size and time: were it read again, it would differ.
        var time = File.GetLastWriteTimeUtc(_source["style.css"]);
        _source.Write("style.css", "BODY { }");
        File.SetLastWriteTimeUtc(_source["style.css"], time);
        _source.Write("index.html", "edited");

        var record = await sidecar.SyncAsync();

        Assert.Equal(SyncResult.Published, record.Result);
        Assert.Equal(("edited", "body { }"), (sidecar.Read("index.html"), sidecar.Read("style.css")));
        Assert.Equal("hello", await File.ReadAllTextAsync(Path.Combine(old.DocumentRoot, "index.html"), TestContext.Current.CancellationToken));
        Assert.Equal(8, sidecar.Counters["sidecar.reused"]);
    }

    [Fact]
    public async Task Sync_KeepsServing_WhenTheFolderIsRemoved_AndPublishesOnceItIsBack()
    {
        _source.Write("site/index.html", "hello");
        await using var sidecar = await RunningSidecar.StartAsync(_source["site"]);
        var id = sidecar.Volume.ReadCurrentId()!;
        Directory.Delete(_source["site"], recursive: true);

        var gone = await sidecar.SyncAsync();
        sidecar.AssertServes(id);
        _source.Write("site/index.html", "again");
        var back = await sidecar.SyncAsync();

        Assert.Equal((SyncResult.Failed, $"The source folder '{_source["site"]}' cannot be read: The folder '{_source["site"]}' does not exist."), (gone.Result, gone.Error));
        Assert.Equal(SyncResult.Published, back.Result);
        Assert.Equal("again", sidecar.Read("index.html"));
    }

    [Fact]
    public async Task Sync_Publishes_OnceAFolderThatWasMissingAtStartAppears()
    {
        await using var sidecar = await RunningSidecar.StartAsync(_source["site"]);
        Assert.Equal(SyncResult.Failed, sidecar.Last.Result);
        _source.Write("site/index.html", "hello");

        var record = await sidecar.SyncAsync();

        Assert.Equal(SyncResult.Published, record.Result);
    }

    [Fact]
    public async Task Sync_KeepsServing_WhenTheFolderIsEmptied()
    {
        _source.Write("index.html", "hello");
        await using var sidecar = await RunningSidecar.StartAsync(_source.Path);
        var id = sidecar.Volume.ReadCurrentId()!;
        File.Delete(_source["index.html"]);

        var record = await sidecar.SyncAsync();

        Assert.Equal((SyncResult.Rejected, "Refused to publish a release without a file."), (record.Result, record.Error));
        sidecar.AssertServes(id);
    }

    [Fact]
    public async Task Sync_RejectsALinkThatLeavesTheFolder()
    {
        File.CreateSymbolicLink(_source["passwd"], "/etc/passwd");

        await using var sidecar = await RunningSidecar.StartAsync(_source.Path);

        Assert.Equal(SyncResult.Rejected, sidecar.Last.Result);
        Assert.StartsWith("Refused 'passwd': the link leads out of the folder", sidecar.Last.Error, StringComparison.Ordinal);
        Assert.Equal(1, sidecar.Counters["sidecar.rejections", "link"]);
    }

    [Fact]
    public async Task Check_WaitsUntilTwoScansAgree()
    {
        var clock = new FakeTimeProvider();
        _source.Write("index.html", "h");
        var check = new DirectorySource(new Uri(_source.Path), new ContentFilter("", ""), clock).CheckAsync(null, TestContext.Current.CancellationToken);

        for (var text = "he"; text.Length < 5; text += "l")
        {
            _source.Write("index.html", text);
            clock.Advance(TimeSpan.FromSeconds(1));
            Assert.False(check.IsCompleted);
        }

        clock.Advance(TimeSpan.FromSeconds(1));
        using var revision = await check;

        Assert.NotNull(revision);
    }

    [Fact]
    public async Task Stage_GivesUp_WhenTheFolderChangedSinceItWasScanned()
    {
        using var folder = new TemporaryFolder();
        var clock = new FakeTimeProvider();
        _source.Write("index.html", "half");
        using var writer = VolumeWriter.TryOpen(new Volume(folder.Path), clock)!;
        var check = new DirectorySource(new Uri(_source.Path), new ContentFilter("", ""), clock).CheckAsync(null, TestContext.Current.CancellationToken);
        clock.Advance(TimeSpan.FromSeconds(1));
        using var revision = (await check)!;
        using var staged = writer.Stage(ContentLimits.Default);

        _source.Write("index.html", "half, and then the rest");
        var isWhole = await revision.StageAsync(new ContentSink(staged, "", new ContentFilter("", ""), null), TestContext.Current.CancellationToken);

        Assert.False(isWhole);
    }

    [Theory]
    [InlineData("with space")]
    [InlineData("with%20percent")]
    [InlineData("with#hash?and=query")]
    public async Task Sync_FindsTheFolder_WhateverItsName(string name)
    {
        _source.Write($"{name}/index.html", "hello");

        await using var sidecar = await RunningSidecar.StartAsync(_source[name]);

        Assert.Equal(SyncResult.Published, sidecar.Last.Result);
    }
}
