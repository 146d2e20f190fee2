using System.Net;
using Microsoft.AspNetCore.Http;

namespace Samples.Server.Tests;

public sealed class ProxyMiddlewareTests : IDisposable
{
    private readonly TestVolume _volume = new();

    public ProxyMiddlewareTests() => _volume.Publish("index.html", "home");

    public void Dispose() => _volume.Dispose();

    [Fact]
    public async Task Backroom_LeadsToTheSidecar_ForWhatPagesNeedOnly()
    {
        await using var sidecar = await Upstream.StartAsync(context => context.Response.WriteAsync($"sidecar {context.Request.Path}"));
        await using var server = await StartAsync(sidecar);

        Assert.Equal("sidecar /status", await server.Client.GetStringAsync("/backroom/status", TestContext.Current.CancellationToken));
        Assert.Equal("sidecar /readyz", await server.Client.GetStringAsync("/backroom/readyz", TestContext.Current.CancellationToken));
        foreach (var target in new[] { "/backroom/sync", "/backroom/control", "/backroom/metrics", "/backroom", "/backroom/status/../sync", "/backroom/status%2F..%2Fsync", "/backroom//sync" })
            Assert.Equal(404, RawHttp.StatusOf(await RawHttp.SendAsync(server.Client.BaseAddress!, $"GET {target} HTTP/1.1")));
        Assert.Equal(405, RawHttp.StatusOf(await RawHttp.SendAsync(server.Client.BaseAddress!, "POST /backroom/status HTTP/1.1", "Content-Length: 0")));
        Assert.Equal(404, RawHttp.StatusOf(await RawHttp.SendAsync(server.Client.BaseAddress!, "POST /backroom/sync HTTP/1.1", "Content-Length: 0")));
    }

    [Fact]
    public async Task Upstream_MayDieAndComeBack_WhileTheSiteIsServed()
    {
        await using var upstream = await Upstream.StartAsync(context => context.Response.WriteAsync("one"));
        await using var server = await StartAsync(upstream);
        Assert.Equal("one", await server.Client.GetStringAsync("/backroom/status", TestContext.Current.CancellationToken));

        await upstream.KillAsync();
        using var down = await server.Client.GetAsync("/backroom/status", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadGateway, down.StatusCode);
        Assert.Equal("The upstream did not answer.\n", await down.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("home", await server.Client.GetStringAsync("/", TestContext.Current.CancellationToken));
        Assert.Equal("ok\n", await server.Management.GetStringAsync("/healthz", TestContext.Current.CancellationToken));

        await upstream.RestartAsync(context => context.Response.WriteAsync("two"));
        Assert.Equal("two", await server.Client.GetStringAsync("/backroom/status", TestContext.Current.CancellationToken));
        Assert.All(server.Log.Events, e => Assert.Null(e.Exception));
    }

    [Fact]
    public async Task EventStreams_PassThrough_EventByEvent()
    {
        using var more = new SemaphoreSlim(0);
        await using var upstream = await Upstream.StartAsync(context => SendEventsAsync(context, more));
        await using var server = await StartAsync(upstream);

        using var response = await server.Client.GetAsync("/backroom/events", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        for (var i = 0; i < 3; i++)
        {
            more.Release(); // the upstream sends the next one only once the last has come through
            Assert.Equal($"data: {i}", await reader.ReadLineAsync(TestContext.Current.CancellationToken));
            Assert.Equal("", await reader.ReadLineAsync(TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task EventStreams_DoNotHoldUpAShutdown()
    {
        using var more = new SemaphoreSlim(1);
        await using var upstream = await Upstream.StartAsync(context => SendEventsAsync(context, more));
        await using var server = await StartAsync(upstream, "--Server:ShutdownTimeout=00:05:00");
        using var response = await server.Client.GetAsync("/backroom/events", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

        await server.StopAsync().WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task ProxiedRequests_AreInTheAccessLog_WithTheirBytes()
    {
        await using var upstream = await Upstream.StartAsync(context => context.Response.WriteAsync("12345"));
        await using var server = await StartAsync(upstream);

        await server.Client.GetStringAsync("/backroom/status", TestContext.Current.CancellationToken);

        await Eventually.TrueAsync(() => server.Log.Events.Any(e => e.Category == AccessLog.Category), "the access log's event");
        var logged = server.Log.Events.Single(e => e.Category == AccessLog.Category);
        Assert.Equal(5L, logged.Fields["Bytes"]);
        Assert.Null(logged.Fields["Release"]);
    }

    [Fact]
    public async Task FileOfTheRelease_ComesBeforeARoute()
    {
        await using var upstream = await Upstream.StartAsync(context => context.Response.WriteAsync("proxied"));
        await using var server = await StartAsync(upstream, "--ReverseProxy:Routes:all:ClusterId=sidecar", "--ReverseProxy:Routes:all:Match:Path={**path}");

        Assert.Equal("home", await server.Client.GetStringAsync("/", TestContext.Current.CancellationToken));
        Assert.Equal("proxied", await server.Client.GetStringAsync("/other", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Routes_AreReadAgain_WhenTheFileChanges()
    {
        await using var upstream = await Upstream.StartAsync(context => context.Response.WriteAsync($"upstream {context.Request.Path}"));
        using var folder = new TemporaryFolder();
        folder.Write("appsettings.json", Settings("/one", upstream.Url));
        await using var server = await TestServer.StartWithAsync(_volume, null, folder.Path);
        Assert.Equal("upstream /one", await server.Client.GetStringAsync("/one", TestContext.Current.CancellationToken));

        folder.Write("appsettings.json", Settings("/another", upstream.Url));

        await Eventually.TrueAsync(() => server.Client.GetAsync("/another", TestContext.Current.CancellationToken).GetAwaiter().GetResult().IsSuccessStatusCode, "the new route");
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync("/one", TestContext.Current.CancellationToken)).StatusCode);
    }

    private static string Settings(string path, Uri upstream) =>
        $$"""
        { "ReverseProxy": {
            "Routes": { "r": { "ClusterId": "c", "Match": { "Path": "{{path}}" } } },
            "Clusters": { "c": { "Destinations": { "d": { "Address": "{{upstream}}" } } } } } }
        """;

    private static async Task SendEventsAsync(HttpContext context, SemaphoreSlim more)
    {
        context.Response.ContentType = "text/event-stream";
        await context.Response.Body.FlushAsync(context.RequestAborted);
        for (var i = 0; ; i++)
        {
            await more.WaitAsync(context.RequestAborted);
            await context.Response.WriteAsync($"data: {i}\n\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }

    private Task<TestServer> StartAsync(Upstream upstream, params string[] settings) =>
        TestServer.StartAsync(_volume, [$"--ReverseProxy:Clusters:sidecar:Destinations:local:Address={upstream.Url}", .. settings]);
}
