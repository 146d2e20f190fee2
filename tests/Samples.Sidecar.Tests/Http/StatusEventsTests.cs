using System.Text.Json.Nodes;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Http;

public sealed class StatusEventsTests
{
    private static readonly byte[] _site = Tar.Of(("index.html", "hello"));

    [Fact]
    public async Task Events_BeginWithTheStatus_AndTellOfEachSync()
    {
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(_site, "\"1\"");
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"));
        using var response = await OpenAsync(sidecar);
        using var events = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));

        var first = await NextAsync(events);
        server.Serve(Tar.Of(("index.html", "new")), "\"2\"");
        var published = await sidecar.SyncAsync();
        var second = await NextAsync(events);

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.True(response.Headers.CacheControl!.NoStore);
        Assert.Single(first["syncs"]!.AsArray());
        Assert.Equal(published.Release, (string)second["release"]!["id"]!);
    }

    [Fact]
    public async Task Events_EndWithoutAnError_WhenTheSidecarStops()
    {
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(_site, "\"1\"");
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"));
        using var response = await OpenAsync(sidecar);
        using var events = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        await NextAsync(events);

        await sidecar.App.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal("", await events.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.DoesNotContain(sidecar.Log, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Events_EndWithoutAnError_WhenTheReaderLeaves()
    {
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(_site, "\"1\"");
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"));
        var response = await OpenAsync(sidecar);

        response.Dispose();
        await sidecar.SyncAsync();
        await sidecar.App.StopAsync(TestContext.Current.CancellationToken);

        Assert.DoesNotContain(sidecar.Log, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    private static Task<HttpResponseMessage> OpenAsync(RunningSidecar sidecar) =>
        sidecar.Http.GetAsync(new Uri("/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

    private static async Task<JsonNode> NextAsync(StreamReader events)
    {
        Assert.Equal("event: status", await events.ReadLineAsync(TestContext.Current.CancellationToken));
        var data = await events.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("data: ", data, StringComparison.Ordinal);
        Assert.Equal("", await events.ReadLineAsync(TestContext.Current.CancellationToken));
        return JsonNode.Parse(data!["data: ".Length..])!;
    }
}
