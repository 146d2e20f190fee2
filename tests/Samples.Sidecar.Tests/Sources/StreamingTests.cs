using Samples.SharedVolume;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Sources;

public sealed class StreamingTests
{
    /// <summary>In bytes: a program that holds more than this in memory ends by itself.</summary>
    private const string MemoryLimit = "0x3000000";
    private const int Size = 60_000_000;

    [Theory]
    [InlineData("archive")]
    [InlineData("oci")]
    [InlineData("release")]
    public async Task Once_BringsALargeFile_InLittleMemory(string kind)
    {
        using var volume = new TemporaryFolder();
        var text = new string('x', Size);
        await using var archives = await ArchiveServer.StartAsync();
        await using var registry = await FakeRegistry.StartAsync();
        await using var releases = await SharingServer.StartAsync();
        switch (kind)
        {
            case "archive":
                archives.Serve(Tar.OfBlocks(Tar.Entry("big.txt", data: text)), "\"1\"");
                break;
            case "oci":
                registry.PutImage(Tar.OfBlocks(Tar.Entry("big.txt", data: text)), OciPush.TarLayer);
                break;
            default:
                releases.Share(("big.txt", text));
                break;
        }

        var source = kind switch { "archive" => archives.Url("site.tar"), "oci" => registry.Source, _ => releases.Source };
        var (exitCode, output) = await SidecarProcess.RunAsync(
            ["once", $"--Sidecar:Source={source}", $"--SharedVolume:Path={volume.Path}", "--Sidecar:ManagementUrl=http://127.0.0.1:1"],
            ("DOTNET_GCHeapHardLimit", MemoryLimit));

        Assert.True(exitCode == 0, output);
        var file = Assert.Single(new Volume(volume.Path).ReadCurrent()!.Manifest.Files);
        Assert.Equal((Size, SharingServer.HashOf(text)), (file.Size, file.Sha256));
    }
}
