using Microsoft.AspNetCore.Http;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Sources;

public sealed class StoppedDownloadTests
{
    private static readonly string _text = new('x', 1_000_000);

    [Theory]
    [InlineData("oci")]
    [InlineData("release")]
    public async Task Loop_EndsWithZero_AndLeavesNothing_InTheMiddleOfADownload(string kind)
    {
        using var volume = new TemporaryFolder();
        await using var registry = await FakeRegistry.StartAsync();
        await using var releases = await SharingServer.StartAsync([.. Enumerable.Range(0, 10).Select(i => ($"{i}.txt", $"{i}{_text}"))]);
        registry.PutImage(Tar.OfBlocks(Tar.Entry("big.txt", data: _text)), OciPush.TarLayer);
        registry.Spoil = context => context.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal) ? HangAsync(context) : null;
        releases.Spoil = context => context.Request.Path.Value!.Contains("/files/", StringComparison.Ordinal) ? HangAsync(context) : null;
        await using var sidecar = SidecarProcess.StartLoop(kind == "oci" ? registry.Source : releases.Source, volume.Path);
        await sidecar.UrlAsync();
        await Eventually.TrueAsync(() => HasHalfAFile(volume.Path), "half of a file");

        await sidecar.SignalAsync("TERM");
        var exitCode = await sidecar.ExitAsync();

        Assert.Equal(0, exitCode);
        Assert.Empty(Directory.EnumerateFileSystemEntries(volume[".staging"]));
    }

    private static bool HasHalfAFile(string volume)
    {
        try
        {
            return Directory.EnumerateFiles(volume, "*", SearchOption.AllDirectories).Any(file => new FileInfo(file).Length is >= 500_000 and < 1_000_000);
        }
        catch (IOException)
        {
            // Something was removed while it was looked at.
            return false;
        }
    }

    /// <summary>Half of a body, then nothing.</summary>
    private static async Task HangAsync(HttpContext context)
    {
        context.Response.ContentLength = _text.Length + 1;
        await context.Response.Body.WriteAsync(new byte[600_000], context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await Hang.UntilAsync(context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
    }
}
