using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;

namespace Samples.Server.Tests;

/// <summary>What must hold for a connection that Kestrel has not read from yet, as it does for any other.</summary>
public sealed partial class FastPathTests : IDisposable
{
    private const string Get = "GET /index.html HTTP/1.1\r\nHost: a\r\n\r\n";
    private const string GetLarge = "GET /large.txt HTTP/1.1\r\nHost: a\r\n\r\n";
    private const int LargeLength = 1 << 20;

    private readonly TestVolume _volume = new();

    public FastPathTests() => _volume.Publish(new TestFile("index.html", "home"), new("large.txt", new string('a', LargeLength)));

    public void Dispose() => _volume.Dispose();

    [Fact]
    public async Task Connection_BecomesAnOrdinaryOne_WhenARequestAsksForMore()
    {
        await using var server = await TestServer.StartAsync(_volume);
        using var connection = new RawConnection(server.Client.BaseAddress!);

        await connection.SendAsync(Get);
        await connection.ReadSomeAsync();
        await connection.SendAsync(Get.Replace("\r\n\r\n", "\r\nRange: bytes=1-2\r\n\r\n", StringComparison.Ordinal));
        await connection.ReadSomeAsync();
        await connection.SendAsync(Get.Replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n", StringComparison.Ordinal));
        var response = await connection.ReadToEndAsync();

        Assert.Equal(["200 OK", "206 Partial Content", "200 OK"], StatusLine().Matches(response).Select(match => match.Groups[1].Value));
        Assert.Equal(1, AnsweredBy(server));
    }

    [Fact]
    public async Task RequestInPieces_IsAnswered()
    {
        await using var server = await TestServer.StartAsync(_volume);
        using var connection = new RawConnection(server.Client.BaseAddress!);

        foreach (var character in Get.Replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n", StringComparison.Ordinal))
            await connection.SendAsync(character.ToString());

        Assert.EndsWith("\r\n\r\nhome", await connection.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LargeAnswer_IsWhole_HoweverSlowlyItIsRead()
    {
        await using var server = await TestServer.StartWithSmallBuffersAsync(_volume);
        using var connection = new RawConnection(server.Client.BaseAddress!);

        await connection.SendAsync(GetLarge);
        await server.Client.GetStringAsync("/", TestContext.Current.CancellationToken); // meanwhile others are served
        connection.EndSending();
        var response = await connection.ReadToEndAsync();

        Assert.Equal(LargeLength, response.Length - response.IndexOf("\r\n\r\n", StringComparison.Ordinal) - 4);
        Assert.Equal(2, AnsweredBy(server));
    }

    [Fact]
    public async Task Answer_IsCutOff_WhenNobodyReadsIt()
    {
        await using var server = await TestServer.StartWithSmallBuffersAsync(
            _volume, "--Kestrel:Limits:MinResponseDataRate:BytesPerSecond=100000000", "--Kestrel:Limits:MinResponseDataRate:GracePeriod=00:00:01.5");
        var stalled = Enumerable.Range(0, 20).Select(_ => new RawConnection(server.Client.BaseAddress!)).ToList();
        foreach (var connection in stalled)
            await connection.SendAsync(GetLarge);

        await Eventually.TrueAsync(
            () => server.Log.Events.Count(e => e.Category == AccessLog.Category && (string?)e.Fields["Path"] == "/large.txt") == stalled.Count, "the requests to end");

        foreach (var connection in stalled)
        {
            Assert.True((await connection.ReadToEndAsync()).Length < LargeLength);
            connection.Dispose();
        }

        Assert.Equal(stalled.Count, AnsweredBy(server));
    }

    [Fact]
    public async Task IdleConnection_IsClosed_WhenTheServerStops()
    {
        await using var server = await TestServer.StartAsync(_volume);
        using var connection = new RawConnection(server.Client.BaseAddress!);
        await connection.SendAsync(Get);
        await connection.ReadSomeAsync();

        await server.StopAsync().WaitAsync(TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken); // the shutdown time-out is 20 s

        Assert.EndsWith("\r\n\r\nhome", await connection.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connections_AreCounted()
    {
        await using var server = await TestServer.StartAsync(_volume, "--Kestrel:Limits:MaxConcurrentConnections=1");
        using var first = new RawConnection(server.Urls[0]);
        await first.SendAsync(Get);
        await first.ReadSomeAsync();

        using var second = new RawConnection(server.Urls[0]);
        await second.TrySendAsync(Get);

        Assert.Equal("", await second.ReadToEndAsync());
    }

    [Fact]
    public async Task AnswerUnderWay_IsSentToItsEnd_WhenTheServerStops()
    {
        await using var server = await TestServer.StartWithSmallBuffersAsync(_volume);
        using var connection = new RawConnection(server.Client.BaseAddress!);
        await connection.SendAsync(GetLarge);
        await connection.ReadSomeAsync();

        var stop = server.StopAsync();
        var response = await connection.ReadToEndAsync();
        await stop;

        Assert.Equal(LargeLength, response.Length - response.IndexOf("\r\n\r\n", StringComparison.Ordinal) - 4);
    }

    [Theory]
    [InlineData("--Server:FastPath=false")]
    [InlineData("--Server:RateLimit:RequestsPerSecond=1000")]
    [InlineData("--Server:TrustedProxies=10.0.0.0/8")]
    [InlineData("--Server:ServerTiming=true")]
    public async Task Path_IsNotTaken_WhereEveryRequestNeedsThePipeline(string setting)
    {
        await using var server = await TestServer.StartAsync(_volume, setting);

        Assert.Equal("home", await server.Client.GetStringAsync("/", TestContext.Current.CancellationToken));

        Assert.Equal(0, AnsweredBy(server));
    }

    [Fact]
    public async Task Requests_AreInTheMetricsOfBoth()
    {
        await using var server = await TestServer.StartAsync(_volume);
        await server.Client.GetStringAsync("/", TestContext.Current.CancellationToken);
        using var ranged = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { Range = new(0, 1) } };
        await server.Client.SendAsync(ranged, TestContext.Current.CancellationToken);
        await server.Client.GetStringAsync("/", TestContext.Current.CancellationToken);

        var metrics = await server.Management.GetStringAsync("/metrics", TestContext.Current.CancellationToken);

        var durations = metrics.Split('\n').Where(line => line.StartsWith("http_server_request_duration_seconds_count", StringComparison.Ordinal)).ToList();
        Assert.Matches("http_response_status_code=\"200\".* 2$", Assert.Single(durations, line => line.Contains("\"200\"", StringComparison.Ordinal)));
        Assert.Matches("status=\"2xx\"} 3", metrics);
    }

    private static long AnsweredBy(TestServer server) => server.Services.GetRequiredService<FastPath>().Answered;

    [GeneratedRegex(@"HTTP/1\.1 (\d{3} [^\r]+)\r\n")]
    private static partial Regex StatusLine();
}
