using Samples.Sidecar.Sync;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Sources;

/// <summary>Archives whose end is missing, sent without a length that would tell.</summary>
public sealed class DamagedArchiveTests
{
    private static readonly byte[] _tar = Tar.OfBlocks(Tar.Entry("a.html", data: "one"), Tar.Entry("b.html", data: "two"));
    private static readonly byte[] _zip = Zip.Of(("a.html", new string('a', 5000)), ("b.html", "two"));

    public static TheoryData<string, int> CutTars => [.. Enumerable.Range(0, 5).Select(blocks => ("site.tar", blocks * Tar.BlockSize)), ("site.tar", 700), ("site.tar", 1300)];

    public static TheoryData<string, int> CutGzips => [.. Enumerable.Range(0, Tar.Gzip(_tar).Length).Where(length => length % 13 == 0).Select(length => ("site.tar.gz", length)), ("site.tar.gz", Tar.Gzip(_tar).Length - 1)];

    public static TheoryData<string, int> CutZips => [("site.zip", 0), ("site.zip", 10), ("site.zip", _zip.Length / 2), ("site.zip", _zip.Length - 1)];

    public static TheoryData<string, uint> Lies => new()
    {
        { "uncompressed size, less", 24 },
        { "uncompressed size, more", 24 },
        { "compressed size", 20 },
        { "checksum", 16 },
        { "encrypted", 8 },
    };

    [Theory]
    [MemberData(nameof(CutTars))]
    [MemberData(nameof(CutGzips))]
    [MemberData(nameof(CutZips))]
    public async Task Sync_RejectsTheArchive_WhenItIsCutShort(string name, int length)
    {
        var whole = name switch { "site.tar" => _tar, "site.zip" => _zip, _ => Tar.Gzip(_tar) };
        await using var server = RawServer.Sending("Connection: close", whole[..length]);

        await using var sidecar = await RunningSidecar.StartAsync(server.Url(name));

        Assert.Equal(SyncResult.Rejected, sidecar.Last.Result);
        Assert.StartsWith($"Refused '{server.Url(name)}': the archive is damaged or cut short (", sidecar.Last.Error, StringComparison.Ordinal);
        Assert.Equal(1, sidecar.Counters["sidecar.rejections", "corrupt"]);
        Assert.Null(sidecar.Volume.ReadCurrentId());
    }

    [Fact]
    public async Task Sync_Publishes_WhenArchiveComesWholeButWithoutALength()
    {
        await using var server = RawServer.Sending("Connection: close", Tar.Gzip(_tar));

        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar.gz"));

        Assert.Equal(SyncResult.Published, sidecar.Last.Result);
    }

    /// <summary>In the program itself: what makes GZipStream see a cut is a switch in the project file.</summary>
    [Fact]
    public async Task Once_RejectsTheArchive_WhenItsGzipIsCutShort()
    {
        using var volume = new TemporaryFolder();
        var archive = Tar.Gzip(_tar);
        await using var server = RawServer.Sending("Connection: close", archive[..^8]);

        var (exitCode, output) = await SidecarProcess.RunAsync(
            ["once", $"--Sidecar:Source={server.Url("site.tar.gz")}", $"--SharedVolume:Path={volume.Path}", "--Sidecar:ManagementUrl=http://127.0.0.1:1"]);

        Assert.Equal(1, exitCode);
        Assert.Contains("the archive is damaged or cut short", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("site.tar.gz")]
    [InlineData("site.tar")]
    [InlineData("site.zip")]
    public async Task Sync_RejectsWhatIsNoArchive(string name)
    {
        await using var server = await ArchiveServer.StartAsync();
        server.Serve([.. Enumerable.Repeat("<!doctype html><title>Log in first</title>"u8.ToArray(), 50).SelectMany(line => line)]);

        await using var sidecar = await RunningSidecar.StartAsync(server.Url(name));

        Assert.Equal(SyncResult.Rejected, sidecar.Last.Result);
        Assert.StartsWith($"Refused '{server.Url(name)}': the archive is damaged or cut short (", sidecar.Last.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sync_RejectsTheArchive_WhenGzipChecksumIsWrong()
    {
        var archive = Tar.Gzip(_tar);
        archive[^6] ^= 1;
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(archive);

        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar.gz"));

        Assert.Equal(SyncResult.Rejected, sidecar.Last.Result);
    }

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task Sync_RejectsTheZip_WhenItsDirectoryLies(string about, uint offset)
    {
        uint value = about switch { "uncompressed size, more" => 50_000, "uncompressed size, less" => 10, "compressed size" => 3, "encrypted" => 0x0008_0001, _ => 1 };
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(Zip.Lie(Zip.Of(("a.html", new string('a', 5000))), (int)offset, value));

        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.zip"));

        Assert.Equal(SyncResult.Rejected, sidecar.Last.Result);
        Assert.Equal(1, sidecar.Counters["sidecar.rejections", "corrupt"]);
        Assert.Null(sidecar.Volume.ReadCurrentId());
    }

    [Fact]
    public async Task Sync_TriesTheSameRevisionAgain_WhenItWasCorrupt()
    {
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(_tar[..1024], "\"1\"");
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"));
        server.Serve(_tar, "\"1\"");

        var record = await sidecar.SyncAsync();

        Assert.Equal(SyncResult.Published, record.Result);
        Assert.Null(server.Requests[1].IfNoneMatch);
    }
}
