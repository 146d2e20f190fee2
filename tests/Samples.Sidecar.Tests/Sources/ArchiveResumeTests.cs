using System.Security.Cryptography;
using Samples.Sidecar.Sync;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Sources;

public sealed class ArchiveResumeTests
{
    private static readonly byte[] _site = Tar.Gzip(Tar.Of(("index.html", "hello"), ("noise.txt", Convert.ToHexString(RandomNumberGenerator.GetBytes(300_000)))));

    [Fact]
    public async Task Sync_GoesOnWhereTheDownloadBrokeOff_WhenTheETagIsStrong()
    {
        await using var server = new BreakingServer(_site, "\"1\"", (_site.Length / 4) + 1);

        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar.gz"));

        Assert.Null(sidecar.Last.Error);
        Assert.Equal((SyncResult.Published, "hello"), (sidecar.Last.Result, sidecar.Read("index.html")));
        Assert.Equal(4, server.Requests.Count);
        Assert.All(server.Requests.Skip(1), head => Assert.Contains("If-Range: \"1\"\r\n", head, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("W/\"1\"")]
    [InlineData(null)]
    public async Task Sync_Fails_WhenTheDownloadBrokeOffAndTheValidatorIsNotStrong(string? etag)
    {
        await using var server = new BreakingServer(_site, etag, _site.Length / 2);

        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar.gz"));

        Assert.Equal(SyncResult.Failed, sidecar.Last.Result);
        Assert.StartsWith($"GET {server.Url("site.tar.gz")} broke off: ", sidecar.Last.Error, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("200 OK\r\nETag: \"2\"")]
    [InlineData("206 Partial Content\r\nContent-Range: bytes 0-99/100")]
    [InlineData("206 Partial Content\r\nContent-Range: bytes 5-9/100")]
    [InlineData("206 Partial Content\r\nContent-Range: bytes */100")]
    [InlineData("206 Partial Content\r\nContent-Range: lines 1-2/3")]
    [InlineData("206 Partial Content")]
    [InlineData("416 Range Not Satisfiable")]
    [InlineData("404 Not Found")]
    public async Task Sync_MixesNothing_WhenTheRestIsNotOfTheSameArchive(string answer)
    {
        await using var server = new BreakingServer(_site, "\"1\"", _site.Length / 2)
        {
            AnswerPart = async (socket, cancellation) =>
            {
                await RawServer.SendAsync(socket, $"HTTP/1.1 {answer}\r\nContent-Length: {_site.Length}\r\n\r\n", cancellation);
                await socket.SendAsync(_site, cancellation);
            },
        };

        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar.gz"));

        Assert.Equal(SyncResult.Failed, sidecar.Last.Result);
        Assert.StartsWith($"GET {server.Url("site.tar.gz")} broke off: ", sidecar.Last.Error, StringComparison.Ordinal);
        Assert.Equal(2, server.Requests.Count);
        Assert.Empty(Directory.EnumerateFileSystemEntries(sidecar.Volume.StagingDirectory));
    }

    [Fact]
    public async Task Sync_GivesUp_WhenEveryAnswerBreaksOff()
    {
        await using var server = new BreakingServer(_site, "\"1\"", 10);

        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar.gz"));

        Assert.Equal(SyncResult.Failed, sidecar.Last.Result);
        Assert.Equal(6, server.Requests.Count);
    }
}
