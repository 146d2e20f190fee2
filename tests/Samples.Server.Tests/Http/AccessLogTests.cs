namespace Samples.Server.Tests;

public sealed class AccessLogTests : IDisposable
{
    private readonly TestVolume _volume = new();
    private readonly string _release;

    public AccessLogTests() => _release = _volume.Publish(new TestFile("index.html", new string('a', 500), encoded: true));

    public void Dispose() => _volume.Dispose();

    [Theory]
    [InlineData("--Server:FastPath=true")]
    [InlineData("--Server:FastPath=false")]
    public async Task EachRequest_IsOneEvent_WithAllFields(string path)
    {
        await using var server = await TestServer.StartAsync(_volume, path);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/?q=1");
        request.Headers.Add("Referer", "http://from.example/");
        request.Headers.Add("User-Agent", "tests/1.0");
        request.Headers.Add("Accept-Encoding", "gzip");
        request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

        using var response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);

        var fields = (await FindAsync(server)).Fields;
        Assert.Equal("GET", fields["Method"]);
        Assert.Equal("/", fields["Path"]);
        Assert.Equal("?q=1", fields["Query"]);
        Assert.Equal("HTTP/1.1", fields["Protocol"]);
        Assert.Equal(200, fields["Status"]);
        Assert.Equal(response.Content.Headers.ContentLength, fields["Bytes"]);
        Assert.InRange((double)fields["Milliseconds"]!, 0, 30_000);
        Assert.Equal("127.0.0.1", fields["RemoteIp"]);
        Assert.Equal("http://from.example/", fields["Referer"]);
        Assert.Equal("tests/1.0", fields["UserAgent"]);
        Assert.Equal("gzip", fields["Encoding"]);
        Assert.Equal(_release, fields["Release"]);
        Assert.StartsWith("00-0af7651916cd43dd8448eb211c80319c-", (string?)fields["TraceParent"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task ControlCharacters_ReachNoLog()
    {
        await using var server = await TestServer.StartAsync(_volume);

        await RawHttp.SendAsync(server.Client.BaseAddress!, "GET /a%0Aforged%1B[2J%C2%85 HTTP/1.1", "User-Agent: red\u001b[31m", "Referer: tab\there");

        var logged = await FindAsync(server);
        Assert.Equal("/a\\u000aforged\\u001b[2J\\u0085", logged.Fields["Path"]);
        Assert.Equal("red\\u001b[31m", logged.Fields["UserAgent"]);
        Assert.DoesNotContain(logged.Message, char.IsControl);
    }

    [Fact]
    public async Task Nothing_IsLogged_WhenTheSettingSaysSo()
    {
        await using var server = await TestServer.StartAsync(_volume, "--Server:AccessLog=false");

        await server.Client.GetAsync("/", TestContext.Current.CancellationToken);
        await server.StopAsync();

        Assert.DoesNotContain(server.Log.Events, e => e.Category == AccessLog.Category);
    }

    private static async Task<LogEvent> FindAsync(TestServer server)
    {
        await Eventually.TrueAsync(() => server.Log.Events.Any(e => e.Category == AccessLog.Category), "the access log's event");
        return Assert.Single(server.Log.Events, e => e.Category == AccessLog.Category);
    }
}
