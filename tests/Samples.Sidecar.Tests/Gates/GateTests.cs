using Samples.Sidecar.Sync;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Gates;

public sealed class GateTests : IDisposable
{
    private readonly TemporaryFolder _source = new();

    public void Dispose() => _source.Dispose();

    [Fact]
    public async Task Sync_RejectsARelease_ThatLacksARequiredFile_AndFetchesItNotAgain()
    {
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(Tar.Of(("index.html", "hello")), "\"1\"");
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"), null, null, "--Sidecar:RequiredFiles=index.html 404.html");

        var again = await sidecar.SyncAsync();
        server.Serve(Tar.Of(("index.html", "hello"), ("404.html", "not here")), "\"2\"");
        var mended = await sidecar.SyncAsync();

        Assert.Equal((SyncResult.Rejected, "Refused a release without '404.html', which Sidecar__RequiredFiles asks for."), (again.Result, again.Error));
        Assert.Equal("\"1\"", server.Requests[1].IfNoneMatch);
        Assert.Equal(2, sidecar.Counters["sidecar.rejections", "required_file"]);
        Assert.Equal(SyncResult.Published, mended.Result);
    }

    [Theory]
    [InlineData(5, "50", SyncResult.Published)]
    [InlineData(6, "50", SyncResult.Rejected)]
    [InlineData(1, "0", SyncResult.Rejected)]
    [InlineData(9, "100", SyncResult.Published)]
    public async Task Sync_RejectsARelease_ThatLacksMoreFilesThanAllowed(int deleted, string percent, SyncResult result)
    {
        for (var i = 0; i < 10; i++)
            _source.Write($"{i}.html", "page");
        await using var sidecar = await RunningSidecar.StartAsync(_source.Path, null, null, $"--Sidecar:MaxDeletedPercent={percent}");
        var id = sidecar.Volume.ReadCurrentId()!;
        for (var i = 0; i < deleted; i++)
            File.Delete(_source[$"{i}.html"]);

        var record = await sidecar.SyncAsync();

        Assert.Equal(result, record.Result);
        if (result == SyncResult.Rejected)
        {
            Assert.StartsWith($"Refused a release that lacks {deleted} of the 10 files of release {id}, more than the {percent} % of Sidecar__MaxDeletedPercent", record.Error, StringComparison.Ordinal);
            sidecar.AssertServes(id);
        }
    }

    [Fact]
    public async Task Sync_ReplacesAnotherSourcesRelease_HoweverManyOfItsFilesAreGone()
    {
        using var other = new TemporaryFolder();
        using var volume = new TemporaryFolder();
        other.Write("welcome.html", "welcome");
        await (await RunningSidecar.StartAsync(other.Path, volume.Path)).DisposeAsync();
        _source.Write("index.html", "hello");

        await using var sidecar = await RunningSidecar.StartAsync(_source.Path, volume.Path, null, "--Sidecar:MaxDeletedPercent=10");

        Assert.Equal("hello", sidecar.Read("index.html"));
    }
}
