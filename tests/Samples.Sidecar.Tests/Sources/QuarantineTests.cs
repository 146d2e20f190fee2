using Samples.Sidecar.Sync;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Sources;

public sealed class QuarantineTests
{
    private static readonly byte[] _good = Tar.Of(("index.html", "hello"));
    private static readonly byte[] _bad = Tar.OfBlocks(Tar.Entry("../escape.html"));

    [Theory]
    [InlineData("\"bad\"", null)]
    [InlineData(null, "2026-01-02T03:04:05Z")]
    [InlineData(null, null)]
    public async Task Sync_StaysRejected_UntilTheRevisionChanges(string? etag, string? lastModified)
    {
        DateTimeOffset? modified = lastModified is null ? null : DateTimeOffset.Parse(lastModified, System.Globalization.CultureInfo.InvariantCulture);
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(_bad, etag, modified);
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"));

        var again = await sidecar.SyncAsync();
        var third = await sidecar.SyncAsync();
        server.Serve(_good, etag is null ? null : "\"good\"", modified?.AddSeconds(1));
        var mended = await sidecar.SyncAsync();

        Assert.Equal((SyncResult.Rejected, SyncResult.Rejected, SyncResult.Published), (again.Result, third.Result, mended.Result));
        Assert.Equal(again.Error, third.Error);
        Assert.Equal(etag, server.Requests[1].IfNoneMatch);
        Assert.Equal(modified?.ToString("R"), server.Requests[1].IfModifiedSince);
    }

    [Fact]
    public async Task Sync_AsksForWhatItServes_WhenSourceWentBackToIt()
    {
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(_good, "\"good\"");
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"));
        server.Serve(_bad, "\"bad\"");
        await sidecar.SyncAsync();
        server.Serve(_good, "\"good\"");

        var back = await sidecar.SyncAsync();
        var after = await sidecar.SyncAsync();

        Assert.Equal((SyncResult.Unchanged, SyncResult.Unchanged), (back.Result, after.Result));
        Assert.Equal("\"good\"", server.Requests[^1].IfNoneMatch);
    }

    [Fact]
    public async Task Sync_FetchesARejectedRevisionOnce_WhenItIsAFolder()
    {
        using var source = new TemporaryFolder();
        source.Write("big.html", new string('x', 2000));
        await using var sidecar = await RunningSidecar.StartAsync(source.Path, null, null, "--Sidecar:Limits:MaxFileBytes=1KB");

        var again = await sidecar.SyncAsync();
        source.Write("big.html", "small");
        var mended = await sidecar.SyncAsync();

        Assert.Equal((SyncResult.Rejected, SyncResult.Published), (again.Result, mended.Result));
        Assert.Equal("Refused 'big.html': it is larger than the limit of 1000 bytes a file.", again.Error);
    }
}
