using System.IO.Compression;
using Samples.SharedVolume;
using Samples.Sidecar.Sync;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Sources;

public sealed class ArchiveLimitTests
{
    /// <summary>In bytes: a program that holds more than this in memory ends by itself.</summary>
    private const string MemoryLimit = "0x4000000";

    private static readonly byte[] _site = Tar.Gzip(Tar.Of(("index.html", "hello")));

    [Theory]
    [InlineData("--Sidecar:Limits:MaxFileBytes=1KB", "file_too_large", "Refused 'b.html': it is larger than the limit of 1000 bytes a file.")]
    [InlineData("--Sidecar:Limits:MaxBytes=2100", "release_too_large", "Refused 'b.html': with it the release is larger than the limit of 2100 bytes.")]
    [InlineData("--Sidecar:Limits:MaxBytes=20", "release_too_large", "the download alone is larger than the limit of 20 bytes.")]
    [InlineData("--Sidecar:Limits:MaxFiles=1", "too_many_files", "Refused 'b.html': it is beyond the limit of 1 files.")]
    public async Task Sync_RejectsTheArchive_WhenItIsBeyondALimit(string setting, string reason, string said)
    {
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(Tar.Gzip(Tar.Of(("a.html", new string('a', 500)), ("b.html", new string('b', 2000)))), "\"1\"");

        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar.gz"), null, null, setting);

        Assert.Equal(SyncResult.Rejected, sidecar.Last.Result);
        Assert.EndsWith(said, sidecar.Last.Error, StringComparison.Ordinal);
        Assert.Equal(1, sidecar.Counters["sidecar.rejections", reason]);
        Assert.Empty(Directory.EnumerateFileSystemEntries(sidecar.Volume.StagingDirectory));
    }

    [Fact]
    public async Task Sync_RejectsTheArchive_WhenItHasOneFileMoreThanAHundredThousand()
    {
        using var volume = TemporaryFolder.InMemory();
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(Tar.Gzip(Enumerable.Range(0, 100_001).Select(i => Tar.Entry($"{i / 1000}/{i}.html")).Append(new byte[2 * Tar.BlockSize])), "\"1\"");

        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar.gz"), volume.Path);

        Assert.Equal((SyncResult.Rejected, "Refused '100/100000.html': it is beyond the limit of 100000 files."), (sidecar.Last.Result, sidecar.Last.Error));
        Assert.Empty(Directory.EnumerateFileSystemEntries(sidecar.Volume.StagingDirectory));
    }

    [Theory]
    [InlineData("a file of 10 GiB, as its header says", "Refused 'file.html': it is larger than the limit of 268435456 bytes a file.")]
    [InlineData("10 GiB behind a file of five bytes", "the archive is damaged or cut short (there are more than 2097152 bytes in one place that belong to no file.)")]
    [InlineData("a name of 1.9 GiB", "the archive is damaged or cut short (")]
    [InlineData("a zip entry of 1 GiB", "Refused 'a.html': it is larger than the limit of 268435456 bytes a file.")]
    [InlineData("a zip entry of 1 GiB that claims five bytes", "the archive is damaged or cut short ('a.html' has not the size and checksum")]
    public async Task Once_KeepsServingInLittleMemory_WhenArchiveIsABomb(string what, string said)
    {
        using var folder = new TemporaryFolder();
        var volume = new Volume(folder.Path);
        var name = what.StartsWith("a zip", StringComparison.Ordinal) ? "site.zip" : "site.tar.gz";
        await using var server = await ArchiveServer.StartAsync();
        string[] command = ["once", $"--Sidecar:Source={server.Url(name)}", $"--SharedVolume:Path={folder.Path}", "--Sidecar:ManagementUrl=http://127.0.0.1:1"];
        server.Serve(name == "site.zip" ? Zip.Of(("index.html", "hello")) : _site, "\"1\"");
        var first = await SidecarProcess.RunAsync(command);
        var id = volume.ReadCurrentId();
        server.Serve(Bomb(what), "\"2\"");

        var second = await SidecarProcess.RunAsync(command, ("DOTNET_GCHeapHardLimit", MemoryLimit));

        Assert.Equal((0, 1), (first.ExitCode, second.ExitCode));
        Assert.Contains(said, second.Output, StringComparison.Ordinal);
        Assert.Equal(id, volume.ReadCurrentId());
        Assert.Null(ReleaseVerifier.FindProblemInContent(volume.ReadCurrent()!));
        Assert.Empty(Directory.EnumerateFileSystemEntries(volume.StagingDirectory));
    }

    private static byte[] Bomb(string what) => what switch
    {
        "a file of 10 GiB, as its header says" => [.. Tar.Gzip(Tar.PaxEntry("size", $"{10L << 30}", "")), .. Zeros(10L << 30)],
        "10 GiB behind a file of five bytes" => [.. Tar.Gzip(Tar.Entry("file.html", data: "12345")), .. Zeros(10L << 30)],
        "a name of 1.9 GiB" => [.. Tar.Gzip(Tar.Entry("././@LongLink", 'L', size: 1_900_000_000)), .. Zeros(2L << 30)],
        "a zip entry of 1 GiB" => ZipOfZeros(),
        _ => Zip.Lie(ZipOfZeros(), 24, 5),
    };

    /// <summary>Gzip members may stand in a row (RFC 1952 §2.2), so one that was made once serves as often as needed.</summary>
    private static byte[] Zeros(long length)
    {
        var block = Tar.Gzip(new byte[16 << 20]);
        return [.. Enumerable.Repeat(block, (int)(length >> 24)).SelectMany(member => member)];
    }

    private static byte[] ZipOfZeros()
    {
        using var buffer = new MemoryStream();
        using (var archive = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        using (var content = archive.CreateEntry("a.html", CompressionLevel.Fastest).Open())
        {
            var zeros = new byte[16 << 20];
            for (var i = 0; i < 64; i++)
                content.Write(zeros);
        }

        return buffer.ToArray();
    }
}
