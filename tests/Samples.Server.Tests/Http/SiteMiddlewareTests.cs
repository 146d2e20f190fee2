using System.Net;

namespace Samples.Server.Tests;

public sealed class SiteMiddlewareTests : IAsyncLifetime
{
    private readonly TestVolume _volume = new();
    private TestServer _server = null!;
    private string _release = null!;

    public async ValueTask InitializeAsync()
    {
        _release = _volume.Publish(
            new TestFile("index.html", "home"),
            new TestFile("docs/index.html", "docs"),
            new TestFile("docs/späß.txt", "fun"),
            new TestFile("docs/a b.txt", "space"),
            new TestFile("docs/100%.txt", "percent"),
            new TestFile("plain/file.txt", "no index here"),
            new TestFile("404.html", "lost"),
            new TestFile(".env", "secret"),
            new TestFile(".git/config", "secret"),
            new TestFile(".well-known/security.txt", "contact"));
        _server = await TestServer.StartAsync(_volume);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _volume.Dispose();
    }

    [Theory]
    [InlineData("/", "home")]
    [InlineData("/index.html", "home")]
    [InlineData("/?q=1", "home")]
    [InlineData("/docs/", "docs")]
    [InlineData("/docs/sp%C3%A4%C3%9F.txt", "fun")]
    [InlineData("/docs/a%20b.txt", "space")]
    [InlineData("/docs/100%25.txt", "percent")]
    [InlineData("/docs/./index.html", "docs")]
    [InlineData("/docs/../index.html", "home")]
    [InlineData("/docs/%2e%2e/index.html", "home")]
    [InlineData("/.well-known/security.txt", "contact")]
    [InlineData("http://site.example/docs/", "docs")] // absolute-form
    public async Task Get_ServesAFile_OfTheRelease(string target, string body)
    {
        var response = await RawHttp.SendAsync(_server.Client.BaseAddress!, $"GET {target} HTTP/1.1");

        Assert.Equal(200, RawHttp.StatusOf(response));
        Assert.EndsWith("\r\n\r\n" + body, response, StringComparison.Ordinal);
        Assert.Contains($"X-Release: {_release}\r\n", response, StringComparison.Ordinal);
        Assert.Contains("X-Content-Type-Options: nosniff\r\n", response, StringComparison.Ordinal);
        Assert.DoesNotContain("\r\nServer:", response, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/nothing")]
    [InlineData("/docs/index.html/")] // a slash after a file
    [InlineData("/plain/")] // a folder without an index
    [InlineData("/plain")]
    [InlineData("//")]
    [InlineData("//index.html")]
    [InlineData("/docs//index.html")]
    [InlineData("//evil.example/..")]
    [InlineData("//evil.example/%2e%2e")]
    [InlineData("/docs%2Findex.html")] // an encoded slash is no separator
    [InlineData("/docs\\index.html")]
    [InlineData("/docs%5Cindex.html")]
    [InlineData("/%252e%252e/release.json")] // decoded once only
    [InlineData("/../release.json")]
    [InlineData("/../../current/release.json")]
    [InlineData("/..%2f..%2frelease.json")]
    [InlineData("/release.json")]
    [InlineData("/docs/%c0%ae%c0%ae/index.html")] // overlong UTF-8
    [InlineData("/.env")]
    [InlineData("/%2eenv")]
    [InlineData("/.git/config")]
    [InlineData("/INDEX.HTML")]
    public async Task Get_Answers404_WithTheReleasesPage(string target)
    {
        var response = await RawHttp.SendAsync(_server.Client.BaseAddress!, $"GET {target} HTTP/1.1");

        Assert.Equal(404, RawHttp.StatusOf(response));
        Assert.EndsWith("\r\n\r\nlost", response, StringComparison.Ordinal);
        Assert.Contains($"X-Release: {_release}\r\n", response, StringComparison.Ordinal);
        Assert.Contains("Content-Type: text/html; charset=utf-8\r\n", response, StringComparison.Ordinal);
        Assert.DoesNotContain("ETag", response, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/docs%00/index.html", 400)]
    [InlineData("docs/", 400)]
    [InlineData("http://other.example/", 400)] // not the Host's
    [InlineData("*", 405)] // for OPTIONS only
    public async Task Get_IsRefused_WhenTheTargetIsNone(string target, int status) =>
        Assert.Equal(status, RawHttp.StatusOf(await RawHttp.SendAsync(_server.Client.BaseAddress!, $"GET {target} HTTP/1.1")));

    [Theory]
    [InlineData("/docs", "/docs/")]
    [InlineData("/docs?a=1&b=%2F", "/docs/?a=1&b=%2F")]
    [InlineData("/x/../docs", "/docs/")]
    public async Task Get_RedirectsToTheFolder_AndKeepsTheQuery(string target, string location)
    {
        var response = await RawHttp.SendAsync(_server.Client.BaseAddress!, $"GET {target} HTTP/1.1");

        Assert.Equal(301, RawHttp.StatusOf(response));
        Assert.Contains($"\r\nLocation: {location}\r\n", response, StringComparison.Ordinal);
        Assert.Contains($"X-Release: {_release}\r\n", response, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    [InlineData("TRACE")]
    [InlineData("BREW")]
    public async Task AnyOtherMethod_Answers405_OnAFile(string method)
    {
        var response = await RawHttp.SendAsync(_server.Client.BaseAddress!, $"{method} /index.html HTTP/1.1", "Content-Length: 0");

        Assert.Equal(405, RawHttp.StatusOf(response));
        Assert.Contains("\r\nAllow: GET, HEAD, OPTIONS\r\n", response, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/index.html")]
    [InlineData("*")]
    public async Task Options_AnswersAllow(string target)
    {
        var response = await RawHttp.SendAsync(_server.Client.BaseAddress!, $"OPTIONS {target} HTTP/1.1");

        Assert.Equal(204, RawHttp.StatusOf(response));
        Assert.Contains("\r\nAllow: GET, HEAD, OPTIONS\r\n", response, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NotFound_IsPlain_WhenTheReleaseHasNoPageForIt()
    {
        await _server.WaitForAsync(_volume.Publish("index.html", "home"));

        using var response = await _server.Client.GetAsync("/nothing", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
        Assert.True(response.Headers.Contains("X-Release"));
    }
}
