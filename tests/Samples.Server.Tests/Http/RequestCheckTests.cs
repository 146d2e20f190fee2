namespace Samples.Server.Tests;

/// <summary>Bytes that no client library would send. Each case is refused and the connection closed: the read to its end says so.</summary>
public sealed class RequestCheckTests : IAsyncLifetime
{
    private readonly TestVolume _volume = new();
    private Upstream _upstream = null!;
    private TestServer _server = null!;
    private int _reachedUpstream;

    public async ValueTask InitializeAsync()
    {
        _volume.Publish("index.html", "home");
        _upstream = await Upstream.StartAsync(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            Interlocked.Increment(ref _reachedUpstream);
        });
        _server = await TestServer.StartAsync(
            _volume, "--ReverseProxy:Routes:p:ClusterId=sidecar", "--ReverseProxy:Routes:p:Match:Path=/p", "--Kestrel:Limits:MaxRequestBodySize=1000",
            $"--ReverseProxy:Clusters:sidecar:Destinations:local:Address={_upstream.Url}");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _upstream.DisposeAsync();
        _volume.Dispose();
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost:\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: u@b\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: b:x\r\n\r\n", 400)]
    public Task Host_MustBeOneAndSound(string request, int status) => AssertRefusedAsync(request, status);

    [Theory]
    [InlineData("X: a\0b")]
    [InlineData("X: a\u0001b")]
    [InlineData("X: a\u007fb")]
    [InlineData("X: a\rb")]
    [InlineData("User-Agent: a\u0001b")]
    [InlineData("X : a")]
    [InlineData("X(: a")]
    [InlineData(": a")]
    [InlineData("X: a\r\n b")] // obsolete folding
    public Task Header_MustBeANameAndAValue(string header) => AssertRefusedAsync($"GET / HTTP/1.1\r\nHost: a\r\n{header}\r\n\r\n", 400);

    [Theory]
    [InlineData("*", 405)] // Kestrel's own answer, with Allow: OPTIONS
    [InlineData("/a\u0001", 400)]
    [InlineData("/a\0", 400)]
    [InlineData("/a b", 400)]
    [InlineData("/#a", 400)]
    [InlineData("/%", 400)]
    [InlineData("/%4", 400)]
    [InlineData("/%zz", 400)]
    [InlineData("/\u00e4", 400)]
    [InlineData("ftp://a/", 400)]
    [InlineData("http://b/", 400)] // not the Host's
    public Task Target_MustBeOne(string target, int status) => AssertRefusedAsync($"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n", status);

    [Theory]
    [InlineData("Content-Length: -1", 400)]
    [InlineData("Content-Length:", 400)]
    [InlineData("Content-Length: 5, 5", 400)]
    [InlineData("Content-Length: 5\r\nContent-Length: 6", 400)]
    [InlineData("Content-Length: 3\r\nTransfer-Encoding: chunked", 400)]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 3", 400)]
    [InlineData("Transfer-Encoding: gzip", 400)]
    [InlineData("Transfer-Encoding: gzip, chunked", 501)]
    [InlineData("Transfer-Encoding: chunked, chunked", 501)]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", 501)]
    [InlineData("Content-Length: 1001", 413)]
    public Task Framing_MustHaveOneReading(string headers, int status) => AssertRefusedAsync($"POST /p HTTP/1.1\r\nHost: a\r\n{headers}\r\n\r\n12345", status);

    [Theory]
    [InlineData("fffffffffffffffff\r\nabc")]
    [InlineData("80000000\r\nabc")]
    [InlineData("-3\r\nabc\r\n0\r\n\r\n")]
    [InlineData("xyz\r\nabc\r\n0\r\n\r\n")]
    [InlineData("3\r\nabcXX0\r\n\r\n")]
    public Task Chunks_MustHaveASize(string body) => AssertRefusedAsync($"POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{body}", 400);

    [Fact]
    public Task TransferEncoding_IsRefused_WithHttp10() => AssertRefusedAsync("POST /p HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400);

    [Theory]
    [InlineData("GET / HTTP/1.2", 505)]
    [InlineData("GET / HTTP/3.7", 505)]
    [InlineData("GET /", 400)]
    [InlineData("get / HTTP/1.1", 400)]
    [InlineData("G(T / HTTP/1.1", 400)]
    [InlineData("GET  / HTTP/1.1", 400)]
    public Task RequestLine_MustBeOne(string line, int status) => AssertRefusedAsync($"{line}\r\nHost: a\r\n\r\n", status);

    [Fact]
    public async Task Lengths_HaveLimits()
    {
        await AssertRefusedAsync($"GET /{new string('a', 9000)} HTTP/1.1\r\nHost: a\r\n\r\n", 414);
        await AssertRefusedAsync($"GET / HTTP/1.1\r\nHost: a\r\nX: {new string('a', 40_000)}\r\n\r\n", 431);
        await AssertRefusedAsync($"GET / HTTP/1.1\r\nHost: a\r\n{string.Concat(Enumerable.Repeat("X: a\r\n", 101))}\r\n", 431);
    }

    [Theory]
    [InlineData("GET / HTTP/1.0\r\n\r\n")]
    [InlineData("GET /?100%&%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX: tab\there\r\nConnection: close\r\n\r\n")]
    [InlineData("GET http://a/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")]
    [InlineData("\r\nGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\nConnection: close\r\n\r\n3;x=y\r\nabc\r\n0\r\n\r\n")]
    public async Task Request_IsAnswered_WhenItIsOnlyUnusual(string request) => Assert.Equal(200, RawHttp.StatusOf(await SendAsync(request)));

    private async Task AssertRefusedAsync(string request, int status)
    {
        var response = await SendAsync(request);

        Assert.Equal(status, RawHttp.StatusOf(response));
        Assert.Equal(0, Volatile.Read(ref _reachedUpstream));
        Assert.DoesNotContain(_server.Log.Events, e => e.Level >= Microsoft.Extensions.Logging.LogLevel.Warning);
    }

    private async Task<string> SendAsync(string request)
    {
        using var connection = new RawConnection(_server.Client.BaseAddress!);
        await connection.SendAsync(request);
        return await connection.ReadToEndAsync();
    }
}
