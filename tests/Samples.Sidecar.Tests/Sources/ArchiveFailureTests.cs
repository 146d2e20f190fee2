using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Samples.Sidecar.Sync;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Sources;

public sealed class ArchiveFailureTests
{
    private static readonly byte[] _site = Tar.Of(("index.html", "hello"), ("other.html", "more"));

    [Theory]
    [InlineData(500, "500 Internal Server Error")]
    [InlineData(404, "404 Not Found")]
    [InlineData(204, "204 No Content")]
    public async Task Sync_KeepsServing_WhenSourceAnswers(int status, string said)
    {
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(_site, "\"1\"");
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"));
        var id = sidecar.Volume.ReadCurrentId()!;
        server.Answer = context => Results.StatusCode(status).ExecuteAsync(context);

        var record = await sidecar.SyncAsync();

        Assert.Equal((SyncResult.Failed, $"GET {server.Url("site.tar")} answered {said}."), (record.Result, record.Error));
        Assert.Contains(sidecar.Log, line => line.StartsWith("Warning: Sync Failed, 1 in a row", StringComparison.Ordinal) && line.Contains(said, StringComparison.Ordinal));
        Assert.Equal(1, sidecar.Counters["sidecar.syncs", "failed"]);
        sidecar.AssertServes(id);
    }

    [Fact]
    public async Task Sync_KeepsServing_WhenSourceIsDown()
    {
        var server = await ArchiveServer.StartAsync();
        server.Serve(_site, "\"1\"");
        var url = server.Url("site.tar");
        await using var sidecar = await RunningSidecar.StartAsync(url);
        var id = sidecar.Volume.ReadCurrentId()!;
        await server.DisposeAsync();

        var record = await sidecar.SyncAsync();

        Assert.Equal(SyncResult.Failed, record.Result);
        Assert.Equal($"GET {url} failed: Connection refused ({new Uri(url).Authority})", record.Error);
        sidecar.AssertServes(id);
    }

    [Fact]
    public async Task Sync_SaysSo_WhenSourceAnswersNotModifiedThoughNothingIsKnown()
    {
        await using var server = await ArchiveServer.StartAsync();
        server.Answer = context => Results.StatusCode(304).ExecuteAsync(context);

        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"));

        Assert.Equal((SyncResult.Failed, $"GET {server.Url("site.tar")} answered 304 Not Modified."), (sidecar.Last.Result, sidecar.Last.Error));
    }

    [Theory]
    [InlineData(429, "120", 120)]
    [InlineData(503, "120", 120)]
    [InlineData(503, "Fri, 02 Jan 2026 00:10:00 GMT", 600)]
    [InlineData(503, "Mon, 05 Jan 2026 00:00:00 GMT", 3600)]
    public async Task NextSync_WaitsAsLongAsTheSourceAsks(int status, string retryAfter, int seconds)
    {
        var clock = new FakeTimeProvider();
        await using var server = await ArchiveServer.StartAsync();
        server.Answer = context =>
        {
            context.Response.Headers.Date = "Fri, 02 Jan 2026 00:00:00 GMT";
            context.Response.Headers.RetryAfter = retryAfter;
            return Results.StatusCode(status).ExecuteAsync(context);
        };

        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"), null, clock, "--Sidecar:Interval=00:00:10", "--Sidecar:MaxBackoff=00:01:00");

        Assert.Equal(clock.GetUtcNow().AddSeconds(seconds), sidecar.Board.Current.NextSyncAt);
    }

    [Theory]
    [InlineData("nothing at all")]
    [InlineData("half of the head")]
    [InlineData("half of the body")]
    public async Task Sync_Fails_WhenSourceIsSlowerThanTheTimeout(string said)
    {
        var clock = new FakeTimeProvider();
        await using var server = new RawServer(async (socket, cancellation) =>
        {
            var head = "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\nETag: \"1\"\r\n\r\n";
            await RawServer.SendAsync(socket, said switch { "nothing at all" => "", "half of the head" => head[..30], _ => head + "x" }, cancellation);
            await RawServer.HangAsync(socket, cancellation);
        });
        await using var sidecar = await RunningSidecar.StartWithoutSyncAsync(server.Url("site.tar"), null, clock, "--Sidecar:Timeout=00:00:07");
        await server.Asked;

        clock.Advance(TimeSpan.FromSeconds(7));
        await sidecar.WhenAsync(status => status.Syncs.Count > 0);

        Assert.Equal((SyncResult.Failed, "The sync took longer than Sidecar__Timeout allows, 00:00:07."), (sidecar.Last.Result, sidecar.Last.Error));
        Assert.Empty(Directory.EnumerateFileSystemEntries(sidecar.Volume.StagingDirectory));
    }

    [Fact]
    public async Task Sync_Fails_WhenBodyIsShorterThanItsContentLength()
    {
        await using var server = RawServer.Sending($"Content-Length: {_site.Length}\r\nETag: \"1\"", _site[..1000]);

        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"));

        Assert.Equal(SyncResult.Failed, sidecar.Last.Result);
        Assert.StartsWith($"GET {server.Url("site.tar")} broke off: ", sidecar.Last.Error, StringComparison.Ordinal);
        Assert.Null(sidecar.Volume.ReadCurrentId());
    }

    [Fact]
    public async Task Sync_NamesTheSource_WhenConnectionIsReset()
    {
        await using var server = new RawServer(async (socket, cancellation) =>
        {
            await RawServer.SendAsync(socket, $"HTTP/1.1 200 OK\r\nContent-Length: {_site.Length}\r\n\r\nhalf", cancellation);
            socket.LingerState = new LingerOption(true, 0);
            socket.Close();
        });

        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"));

        Assert.Equal(SyncResult.Failed, sidecar.Last.Result);
        Assert.StartsWith($"GET {server.Url("site.tar")} ", sidecar.Last.Error, StringComparison.Ordinal);
    }
}
