using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Sync;

public sealed class SyncFilesTests : IDisposable
{
    private readonly TemporaryFolder _volume = new();
    private readonly TemporaryFolder _outside = new();
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);

    public void Dispose()
    {
        _volume.Dispose();
        _outside.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ErrorFile_TellsOfTheFailure_UntilASyncSucceeds(bool inVolume)
    {
        var (setting, path) = inVolume ? ("error.json", _volume["error.json"]) : (_outside["error.json"], _outside["error.json"]);
        await using var server = await ArchiveServer.StartAsync();
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"), _volume.Path, _clock, $"--Sidecar:ErrorFile={setting}");

        await sidecar.SyncAsync();
        var error = JsonNode.Parse(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken))!;
        server.Serve(Tar.Of(("index.html", "one")));
        await sidecar.SyncAsync();

        Assert.Equal(_clock.GetUtcNow(), (DateTimeOffset)error["time"]!);
        Assert.Equal($"GET {server.Url("site.tar")} answered 404 Not Found.", (string)error["error"]!);
        Assert.Equal(2, (int)error["consecutiveFailures"]!);
        Assert.False(File.Exists(path));
        Assert.False(File.Exists(path + ".new"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TouchFile_HasTheTimeOfTheLastPublication(bool inVolume)
    {
        var (setting, path) = inVolume ? ("touched", _volume["touched"]) : (_outside["touched"], _outside["touched"]);
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(Tar.Of(("index.html", "one")), "\"1\"");
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"), _volume.Path, _clock, $"--Sidecar:TouchFile={setting}");
        var first = File.GetLastWriteTimeUtc(path);

        _clock.Advance(TimeSpan.FromMinutes(1));
        await sidecar.SyncAsync();
        var unchanged = File.GetLastWriteTimeUtc(path);
        server.Serve(Tar.Of(("index.html", "two")), "\"2\"");
        await sidecar.SyncAsync();

        Assert.Equal(first, unchanged);
        Assert.Equal(first + TimeSpan.FromMinutes(1), File.GetLastWriteTimeUtc(path));
    }

    [Fact]
    public async Task Files_ThatCannotBeWritten_CostAWarning_NotTheSync()
    {
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(Tar.Of(("index.html", "one")), "\"1\"");
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"), _volume.Path, _clock, $"--Sidecar:TouchFile={_outside["missing/touched"]}");

        Assert.True(sidecar.Last.IsSuccess);
        sidecar.AssertServes(sidecar.Last.Release!);
        Assert.Single(sidecar.Log, line => line.StartsWith("Warning: Could not write the error-file, the touch-file or the time of the sync: ", StringComparison.Ordinal)
            && line.Contains(_outside["missing/touched"], StringComparison.Ordinal));
    }
}
