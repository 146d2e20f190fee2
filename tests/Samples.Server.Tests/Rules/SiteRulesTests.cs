using System.Net;
using Microsoft.AspNetCore.Http;

namespace Samples.Server.Tests;

/// <summary>A release's own rules and the defaults of the configuration, over real connections.</summary>
public sealed class SiteRulesTests : IDisposable
{
    private readonly TestVolume _volume = new();

    public void Dispose() => _volume.Dispose();

    [Fact]
    public async Task SecurityHeaders_AreOnEveryAnswerOfTheSite()
    {
        _volume.Publish(new TestFile("index.html", "home"), new TestFile("docs/index.html", ""));
        await using var server = await TestServer.StartAsync(_volume, "--Server:Headers:Permissions-Policy=camera=()", "--Server:Headers:referrer-policy=");

        foreach (var path in new[] { "/", "/nothing", "/docs" })
        {
            using var response = await GetAsync(server, path);
            Assert.Equal("nosniff", One(response, "X-Content-Type-Options"));
            Assert.Equal("SAMEORIGIN", One(response, "X-Frame-Options"));
            Assert.Equal("camera=()", One(response, "Permissions-Policy"));
            Assert.Null(One(response, "Referrer-Policy"));
            Assert.Null(One(response, "Content-Security-Policy"));
        }
    }

    [Theory]
    [InlineData("--Server:Headers:Content-Length=5", "Server__Headers__Content-Length is '5'")]
    [InlineData("--Server:Headers:X-A=ä", "Server__Headers__X-A is 'ä'")]
    [InlineData("--Server:Headers:Cache-Control=no-store", "belongs in _headers")]
    public async Task Start_NamesTheHeader_WhenItCannotBeSent(string argument, string message)
    {
        var e = await Assert.ThrowsAsync<Samples.Hosting.InvalidSettingException>(() => TestServer.StartAsync(_volume, argument));

        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_OfTheRelease_HaveTheLastWord()
    {
        _volume.Publish(
            new TestFile("index.html", "home"), new TestFile("app.js", "1", encoded: true), new TestFile("data.bin", "2"), new TestFile("404.html", "lost"),
            new TestFile("_headers", """
                /*
                  X-Frame-Options: DENY
                  X-All: yes
                /
                  ! Referrer-Policy
                /*.js
                  Cache-Control: public, max-age=60
                  Vary: Origin
                /data.bin
                  Content-Type: application/x-data
                  Content-Length: 7
                """));
        await using var server = await TestServer.StartAsync(_volume);

        using var home = await GetAsync(server, "/");
        Assert.Equal(("DENY", "yes", null), (One(home, "X-Frame-Options"), One(home, "X-All"), One(home, "Referrer-Policy")));
        using var page = await GetAsync(server, "/index.html");
        Assert.NotNull(One(page, "Referrer-Policy"));
        using var script = await GetAsync(server, "/app.js");
        Assert.Equal(("public, max-age=60", "Accept-Encoding, Origin"), (One(script, "Cache-Control"), string.Join(", ", script.Headers.Vary)));
        using var data = await GetAsync(server, "/data.bin");
        Assert.Equal(("application/x-data", 1L), (One(data, "Content-Type"), data.Content.Headers.ContentLength));
        using var lost = await GetAsync(server, "/nothing");
        Assert.Equal(("DENY", "no-cache"), (One(lost, "X-Frame-Options"), One(lost, "Cache-Control")));

        using var conditional = new HttpRequestMessage(HttpMethod.Get, "/app.js") { Headers = { IfNoneMatch = { script.Headers.ETag! } } };
        using var notModified = await server.Client.SendAsync(conditional, TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.NotModified, "public, max-age=60"), (notModified.StatusCode, One(notModified, "Cache-Control")));
    }

    [Theory]
    [InlineData("/old?q=1", 301, "/new?q=1")]
    [InlineData("/blog/2026/x", 302, "/news/2026/x")]
    [InlineData("/app/deep", 200, "home")]
    [InlineData("/index.html", 200, "home")] // a file comes first,
    [InlineData("/forced.html", 301, "/new")] // but where the rule is forced
    [InlineData("/gone", 410, "lost")]
    [InlineData("/backroom/status", 200, "proxied")] // a route comes first
    [InlineData("/files/nothing", 404, "lost")] // a rewrite to a file that is not there
    [InlineData("/files/new", 200, "new")]
    [InlineData("/_redirects", 404, "lost")]
    [InlineData("/_headers", 404, "lost")]
    public async Task Redirects_AreFollowed_InTheirPlace(string path, int status, string expected)
    {
        _volume.Publish(
            new TestFile("index.html", "home"), new TestFile("new", "new"), new TestFile("forced.html", "never seen"), new TestFile("404.html", "lost"),
            new TestFile("_headers", "# none"),
            new TestFile("_redirects", """
                /old /new
                /index.html /new
                /forced.html /new 301!
                /blog/* /news/:splat 302
                /app/* /index.html 200
                /gone /404.html 410
                /files/* /:splat 200
                /backroom/* /new
                """));
        await using var upstream = await Upstream.StartAsync(context => context.Response.WriteAsync("proxied"));
        await using var server = await TestServer.StartAsync(_volume, $"--ReverseProxy:Clusters:sidecar:Destinations:local:Address={upstream.Url}");

        using var response = await GetAsync(server, path);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(expected, response.Headers.Location?.OriginalString ?? await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        if (response.Headers.Location is not null)
            Assert.Equal("no-cache", One(response, "Cache-Control"));
    }

    private static Task<HttpResponseMessage> GetAsync(TestServer server, string path) => server.Client.GetAsync(path, TestContext.Current.CancellationToken);

    private static string? One(HttpResponseMessage response, string header) =>
        response.Headers.TryGetValues(header, out var values) || response.Content.Headers.TryGetValues(header, out values) ? string.Join(", ", values) : null;
}
