using System.Buffers.Binary;
using Samples.SharedVolume;
using Samples.Sidecar.Sources;
using Samples.Sidecar.Sync;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Sources;

public sealed class ZipDirectoryTests
{
    private static readonly ContentLimits _limits = new(1000, 10, 1000);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(20)]
    public void Check_LeavesTheArchiveAtItsBeginning_WhenItIsWithinTheLimits(int entries)
    {
        using var archive = new MemoryStream(Zip.Of([.. Enumerable.Range(0, entries).Select(i => ($"{i}.html", "x"))]));

        ZipDirectory.Check(archive, _limits);

        Assert.Equal(0, archive.Position);
    }

    [Theory]
    [InlineData(21)]
    [InlineData(70_000)]
    public void Check_RefusesMoreEntriesThanAnArchiveOfThatLimitHas(int entries)
    {
        using var archive = new MemoryStream(Zip.Of([.. Enumerable.Range(0, entries).Select(i => ($"{i}.html", ""))]));

        var refusal = Assert.Throws<ContentRejectedException>(() => ZipDirectory.Check(archive, _limits));

        Assert.Equal((RejectionReason.TooManyFiles, "Refused the archive: it has more entries than twice the limit of 10 files."), (refusal.Reason, refusal.Message));
    }

    [Fact]
    public void Check_TakesAnArchive_WithSixtyFiveThousandEntries()
    {
        using var archive = new MemoryStream(Zip.Of([.. Enumerable.Range(0, ushort.MaxValue).Select(i => ($"{i}.html", ""))]));

        ZipDirectory.Check(archive, ContentLimits.Default);

        Assert.Equal(0, archive.Position);
    }

    [Fact]
    public async Task Once_RejectsInLittleMemory_WhenTheDirectoryHasMoreEntriesThanItSays()
    {
        using var volume = new TemporaryFolder();
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(OfEmptyEntries(1_000_000));

        var (exitCode, output) = await SidecarProcess.RunAsync(
            ["once", $"--Sidecar:Source={server.Url("site.zip")}", $"--SharedVolume:Path={volume.Path}", "--Sidecar:ManagementUrl=http://127.0.0.1:1"],
            ("DOTNET_GCHeapHardLimit", "0x4000000"));

        Assert.Equal(1, exitCode);
        Assert.Contains("it has more entries than twice the limit of 100000 files.", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(16, uint.MaxValue - 1)]
    [InlineData(16, uint.MaxValue)]
    [InlineData(10, uint.MaxValue)]
    public async Task Sync_RejectsTheZip_WhenItsEndLies(int offset, uint value)
    {
        var archive = Zip.Of(("a.html", "x"));
        BinaryPrimitives.WriteUInt32LittleEndian(archive.AsSpan(archive.Length - 22 + offset), value);
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(archive);

        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.zip"));

        Assert.Equal(SyncResult.Rejected, sidecar.Last.Result);
        Assert.Equal(1, sidecar.Counters["sidecar.rejections", "corrupt"]);
    }

    /// <summary>A directory and nothing else, and an end that speaks of one entry.</summary>
    private static byte[] OfEmptyEntries(int count)
    {
        const int EntrySize = 46;
        var archive = new byte[(count * EntrySize) + 22];
        for (var i = 0; i < count; i++)
            "PK\x01\x02"u8.CopyTo(archive.AsSpan(i * EntrySize));
        var end = archive.AsSpan(count * EntrySize);
        "PK\x05\x06"u8.CopyTo(end);
        BinaryPrimitives.WriteUInt16LittleEndian(end[8..], 1);
        BinaryPrimitives.WriteUInt16LittleEndian(end[10..], 1);
        BinaryPrimitives.WriteUInt32LittleEndian(end[12..], EntrySize);
        return archive;
    }
}
