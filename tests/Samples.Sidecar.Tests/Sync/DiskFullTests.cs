using System.Diagnostics;
using Samples.Sidecar.Sync;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Sync;

/// <summary>A volume of 1 MiB, which only root can mount.</summary>
public sealed class DiskFullTests : IDisposable
{
    private readonly TemporaryFolder _volume = new();
    private readonly TemporaryFolder _source = new();
    private readonly bool _isMounted;

    public DiskFullTests() =>
        _isMounted = Environment.IsPrivilegedProcess && OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", "size=1m", "none", _volume.Path);

    public void Dispose()
    {
        if (_isMounted)
            Run("umount", _volume.Path);
        _volume.Dispose();
        _source.Dispose();
    }

    [Theory]
    [InlineData(900_000, "big.bin")]
    [InlineData(300_000, "big.txt")]
    public async Task Sync_KeepsServing_WhenTheVolumeIsFull_AndPublishesOnceThereIsSpace(int size, string name)
    {
        Needs.That(_isMounted, "This test mounts a tmpfs, which only root may.");
        _source.Write("index.html", "hello");
        await using var sidecar = await RunningSidecar.StartAsync(_source.Path, _volume.Path);
        var id = sidecar.Volume.ReadCurrentId()!;
        await File.WriteAllBytesAsync(_volume["ballast"], new byte[700_000], TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_source[name], string.Concat(Enumerable.Range(0, size / 10).Select(i => $"{i * 7919L:D10}")), TestContext.Current.CancellationToken);

        var full = await sidecar.SyncAsync();
        sidecar.AssertServes(id);
        File.Delete(_volume["ballast"]);
        var mended = await sidecar.SyncAsync();

        Assert.Equal(SyncResult.Failed, full.Result);
        Assert.StartsWith($"No space left on the shared volume '{_volume.Path}' for '", full.Error, StringComparison.Ordinal);
        Assert.Matches("are free. Enlarge the volume, or lower Sidecar__Keep or Sidecar__MaxRetainedBytes.$", full.Error);
        Assert.Equal(SyncResult.Published, mended.Result);
        sidecar.AssertServes(mended.Release!);
    }

    [Fact]
    public async Task Sync_NamesTheFileAndTheSpaceItNeeds_WhenTheVolumeIsFull()
    {
        Needs.That(_isMounted, "This test mounts a tmpfs, which only root may.");
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(Tar.Of(("index.html", "hello")), "\"1\"");
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"), _volume.Path);
        var id = sidecar.Volume.ReadCurrentId()!;
        server.Serve(new byte[2_000_000], "\"2\"");

        var full = await sidecar.SyncAsync();

        Assert.Contains($"for '{server.Url("site.tar")}': it needs 2000000 bytes, ", full.Error, StringComparison.Ordinal);
        sidecar.AssertServes(id);
    }

    private static bool Run(string program, params string[] args)
    {
        using var process = Process.Start(program, args);
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
