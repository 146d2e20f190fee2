using System.Net;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Samples.Server.Tests;

/// <summary>What nginx's <c>upstream</c> and <c>proxy_…</c> do, by YARP's configuration, against real upstreams.</summary>
public sealed class ProxyTests : IDisposable
{
    private const string Route = "--ReverseProxy:Routes:api:ClusterId=api";
    private const string Cluster = "--ReverseProxy:Clusters:api";

    private readonly TestVolume _volume = new();

    public ProxyTests() => _volume.Publish("index.html", "home");

    public void Dispose() => _volume.Dispose();

    [Fact]
    public async Task RoundRobin_TakesTurns()
    {
        await using var one = await Upstream.StartAsync(context => context.Response.WriteAsync("one"));
        await using var two = await Upstream.StartAsync(context => context.Response.WriteAsync("two"));
        await using var server = await StartAsync([one, two], $"{Cluster}:LoadBalancingPolicy=RoundRobin");

        var answers = await AskAsync(server, 10);

        Assert.Equal(5, answers.Count(a => a == "one"));
        Assert.Equal(5, answers.Count(a => a == "two"));
    }

    [Fact]
    public async Task PowerOfTwoChoices_AvoidsTheBusyOne()
    {
        var release = new TaskCompletionSource();
        var held = 0;
        await using var one = await Upstream.StartAsync(context => AnswerAsync(context, "one"));
        await using var two = await Upstream.StartAsync(context => AnswerAsync(context, "two"));
        await using var server = await StartAsync([one, two], $"{Cluster}:LoadBalancingPolicy=PowerOfTwoChoices");

        var waiting = server.Client.GetStringAsync("/api/hold", TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => Volatile.Read(ref held) == 1, "the first request to reach an upstream");
        var answers = await AskAsync(server, 10);
        release.SetResult();

        Assert.DoesNotContain(await waiting, answers);

        async Task AnswerAsync(HttpContext context, string name)
        {
            if (context.Request.Path == "/api/hold")
            {
                Interlocked.Increment(ref held);
                await release.Task;
            }

            await context.Response.WriteAsync(name);
        }
    }

    [Fact]
    public async Task ActiveHealthChecks_TakeAnUpstreamOut_AndBackIn()
    {
        await using var one = await Upstream.StartAsync(context => context.Response.WriteAsync("one"));
        await using var two = await Upstream.StartAsync(context => context.Response.WriteAsync("two"));
        await using var server = await StartAsync(
            [one, two], $"{Cluster}:LoadBalancingPolicy=RoundRobin", $"{Cluster}:HealthCheck:Active:Enabled=true", $"{Cluster}:HealthCheck:Active:Interval=00:00:00.1",
            $"{Cluster}:HealthCheck:Active:Timeout=00:00:05", $"{Cluster}:HealthCheck:Active:Path=/healthz", $"{Cluster}:Metadata:ConsecutiveFailuresHealthPolicy.Threshold=1");

        await two.KillAsync();
        await UntilAsync(server, answers => answers.All(a => a == "one"));

        await two.RestartAsync(context => context.Response.WriteAsync("two"));
        await UntilAsync(server, answers => answers.Contains("one") && answers.Contains("two"));
    }

    [Fact]
    public async Task PassiveHealthChecks_TakeAnUpstreamOut()
    {
        await using var one = await Upstream.StartAsync(context => context.Response.WriteAsync("one"));
        await using var two = await Upstream.StartAsync(context => context.Response.WriteAsync("two"));
        await using var server = await StartAsync(
            [one, two], $"{Cluster}:LoadBalancingPolicy=RoundRobin", $"{Cluster}:HealthCheck:Passive:Enabled=true",
            $"{Cluster}:HealthCheck:Passive:Policy=TransportFailureRate", $"{Cluster}:HealthCheck:Passive:ReactivationPeriod=00:10:00");
        await AskAsync(server, 10, HttpMethod.Post);

        await two.KillAsync();
        await UntilAsync(server, answers => answers.All(a => a == "one"));
    }

    [Fact]
    public async Task NextUpstream_IsAsked_WhenOneIsAway()
    {
        await using var one = await Upstream.StartAsync(context => context.Response.WriteAsync("one"));
        await using var two = await Upstream.StartAsync(context => context.Response.WriteAsync("two"));
        await using var server = await StartAsync([one, two], $"{Cluster}:LoadBalancingPolicy=RoundRobin");
        await two.KillAsync();

        var answers = await AskAsync(server, 10);

        Assert.All(answers, answer => Assert.Equal("one", answer));
    }

    [Fact]
    public async Task NextUpstream_IsNotAsked_WhenTheRequestIsNotSafeToRepeat()
    {
        await using var one = await Upstream.StartAsync(context => context.Response.WriteAsync("one"));
        await using var two = await Upstream.StartAsync(context => context.Response.WriteAsync("two"));
        await using var server = await StartAsync([one, two], $"{Cluster}:LoadBalancingPolicy=RoundRobin");
        await two.KillAsync();

        var answers = await AskAsync(server, 10, HttpMethod.Post);

        Assert.Equal(5, answers.Count(answer => answer == "one"));
        Assert.Equal(5, answers.Count(answer => answer == nameof(HttpStatusCode.BadGateway)));
    }

    [Fact]
    public async Task Failures_HaveTheirStatus()
    {
        await using var silent = await Upstream.StartAsync(context => Hang.UntilAsync(context.RequestAborted));
        await using (var server = await StartAsync([silent], $"{Cluster}:HttpRequest:ActivityTimeout=00:00:00.3"))
        {
            using var response = await server.Client.GetAsync("/api/x", TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
            Assert.Equal("The upstream did not answer in time.\n", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }

        await using (var server = await StartAsync([]))
        {
            using var response = await server.Client.GetAsync("/api/x", TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        }
    }

    [Fact]
    public async Task Answer_IsTheUpstreamsOwn()
    {
        await using var upstream = await Upstream.StartAsync(context =>
        {
            context.Response.StatusCode = 404;
            context.Response.Headers.ETag = "\"theirs\"";
            return context.Response.WriteAsync("theirs");
        });
        await using var server = await StartAsync([upstream]);

        using var response = await server.Client.GetAsync("/api/x", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("theirs", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("\"theirs\"", response.Headers.ETag?.ToString());
        Assert.False(response.Headers.Contains("X-Release"));
        Assert.False(response.Headers.Contains("X-Content-Type-Options"));
    }

    [Fact]
    public async Task Upload_ReachesTheUpstream_WhileItIsBeingSent()
    {
        const int piece = 64 << 10;
        var received = 0L;
        await using var upstream = await Upstream.StartAsync(async context =>
        {
            var buffer = new byte[piece];
            while (await context.Request.Body.ReadAsync(buffer, context.RequestAborted) is > 0 and var read)
                Interlocked.Add(ref received, read);
        });
        await using var server = await StartAsync([upstream]);
        using var connection = new RawConnection(server.Client.BaseAddress!);

        await connection.SendAsync($"POST /api/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {3 * piece}\r\n\r\n");
        for (var i = 0; i < 3; i++)
        {
            await connection.SendAsync(new string('a', piece));
            await Eventually.TrueAsync(() => Interlocked.Read(ref received) > i * piece, "what was sent to reach the upstream");
        }

        Assert.Equal(200, RawHttp.StatusOf(await connection.ReadToEndAsync()));
        Assert.Equal(3 * piece, received);
    }

    [Fact]
    public async Task Download_ReachesTheClient_WhileItIsBeingSent()
    {
        using var more = new SemaphoreSlim(0);
        await using var upstream = await Upstream.StartAsync(async context =>
        {
            for (var i = 0; i < 3; i++)
            {
                await context.Response.WriteAsync($"{i}", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await more.WaitAsync(context.RequestAborted);
            }
        });
        await using var server = await StartAsync([upstream]);
        using var response = await server.Client.GetAsync("/api/x", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        var download = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);

        var piece = new byte[1];
        for (var i = 0; i < 3; i++)
        {
            await download.ReadExactlyAsync(piece, TestContext.Current.CancellationToken); // the next is not sent before
            Assert.Equal('0' + i, piece[0]);
            more.Release();
        }

        Assert.Equal(0, await download.ReadAsync(piece, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task WebSockets_PassThrough_AndEndWithTheirUpstream()
    {
        await using var upstream = await Upstream.StartAsync(EchoAsync);
        await using var server = await StartAsync([upstream]);
        var url = new UriBuilder(new Uri(server.Client.BaseAddress!, "/api/socket")) { Scheme = "ws" }.Uri;

        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(url, TestContext.Current.CancellationToken);
        Assert.Equal("hello", await EchoedAsync(socket, "hello"));
        await upstream.KillAsync();
        await Assert.ThrowsAsync<WebSocketException>(() => EchoedAsync(socket, "anyone?"));

        await upstream.RestartAsync(EchoAsync);
        using var again = new ClientWebSocket();
        await again.ConnectAsync(url, TestContext.Current.CancellationToken);
        Assert.Equal("back", await EchoedAsync(again, "back"));
    }

    /// <summary>WebSockets by hand: what the upstream's host has for them is a middleware, and it runs but one delegate.</summary>
    private static async Task EchoAsync(HttpContext context)
    {
        var key = context.Request.Headers.SecWebSocketKey + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
#pragma warning disable CA5350 // RFC 6455 §4.2.2 wants SHA-1
        context.Response.Headers.SecWebSocketAccept = Convert.ToBase64String(System.Security.Cryptography.SHA1.HashData(Encoding.ASCII.GetBytes(key)));
#pragma warning restore CA5350
        context.Response.Headers.Upgrade = "websocket";
        context.Response.Headers.Connection = "Upgrade";
        await using var stream = await context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpUpgradeFeature>()!.UpgradeAsync();
        using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
        var buffer = new byte[100];
        while (await socket.ReceiveAsync(buffer, context.RequestAborted) is { MessageType: WebSocketMessageType.Text } received)
            await socket.SendAsync(buffer.AsMemory(0, received.Count), WebSocketMessageType.Text, endOfMessage: true, context.RequestAborted);
    }

    private static async Task<string> EchoedAsync(ClientWebSocket socket, string text)
    {
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, TestContext.Current.CancellationToken);
        var buffer = new byte[100];
        var received = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(buffer, 0, received.Count);
    }

    /// <param name="server">Who is asked.</param>
    /// <param name="times">How often.</param>
    /// <param name="method">GET without it. POST is not asked of a second upstream, and so shows what a first one does.</param>
    private static async Task<List<string>> AskAsync(TestServer server, int times, HttpMethod? method = null)
    {
        var answers = new List<string>();
        for (var i = 0; i < times; i++)
        {
            using var request = new HttpRequestMessage(method ?? HttpMethod.Get, "/api/x");
            using var response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
            answers.Add(response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken) : response.StatusCode.ToString());
        }

        return answers;
    }

    private static Task<List<string>> UntilAsync(TestServer server, Func<List<string>, bool> expected) =>
        Eventually.GetAsync(async () => await AskAsync(server, 6, HttpMethod.Post) is var answers && expected(answers) ? answers : null, "the upstreams' health to be noticed");

    private Task<TestServer> StartAsync(Upstream[] upstreams, params string[] settings) => TestServer.StartAsync(
        _volume, [Route, "--ReverseProxy:Routes:api:Match:Path=/api/{**path}",
            .. upstreams.Select((upstream, i) => $"{Cluster}:Destinations:d{i}:Address={upstream.Url}"), .. settings]);
}
