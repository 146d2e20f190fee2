using System.Net;
using Microsoft.AspNetCore.Http;

namespace Samples.Server.Tests;

/// <summary>The order of a file, a route, the application's page and the error pages, over real connections.</summary>
public sealed class TryOrderTests : IDisposable
{
    private readonly TestVolume _volume = new();

    public void Dispose() => _volume.Dispose();

    [Theory]
    [InlineData("/about", "about")]
    [InlineData("/about.html", "about")]
    [InlineData("/about/", "folder")]
    public async Task CleanUrl_ServesThePage_AndTheFileStaysReachable(string path, string body)
    {
        _volume.Publish(new TestFile("about.html", "about"), new TestFile("about/index.html", "folder"));
        await using var server = await TestServer.StartAsync(_volume);

        Assert.Equal(body, await server.Client.GetStringAsync(path, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("/deep/link", 200, "application")]
    [InlineData("/deep/link/", 200, "application")]
    [InlineData("/missing.js", 404, "lost")]
    [InlineData("/v1.2/link", 200, "application")] // an extension is of a file's name
    [InlineData("/api/missing", 404, "lost")]
    [InlineData("/api", 404, "lost")]
    [InlineData("/apiary", 200, "application")]
    [InlineData("/backroom/status", 200, "proxied")]
    public async Task SpaFallback_ComesLast_AndNotForFiles(string path, int status, string body)
    {
        _volume.Publish(new TestFile("index.html", "application"), new TestFile("404.html", "lost"));
        await using var upstream = await Upstream.StartAsync(context => context.Response.WriteAsync("proxied"));
        await using var server = await TestServer.StartAsync(
            _volume, $"--ReverseProxy:Clusters:sidecar:Destinations:local:Address={upstream.Url}", "--Server:SpaFallback=/index.html", "--Server:SpaExclude=/api /metrics/");

        using var response = await server.Client.GetAsync(path, TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode)status, response.StatusCode);
        Assert.Equal(body, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task SpaFallback_AnswersNoPost()
    {
        _volume.Publish("index.html", "application");
        await using var server = await TestServer.StartAsync(_volume, "--Server:SpaFallback=/index.html");

        using var response = await server.Client.PostAsync("/deep/link", new StringContent("x"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Theory]
    [InlineData("/nothing", "root")]
    [InlineData("/docs/nothing", "docs")]
    [InlineData("/docs/deep/er/nothing", "docs")]
    [InlineData("/docs", "root")] // a name in the root, as far as anyone can tell
    [InlineData("/docsier/nothing", "root")]
    public async Task NotFound_IsSaidByTheNearestPage(string path, string body)
    {
        _volume.Publish(new TestFile("404.html", "root"), new TestFile("docs/404.html", "docs"), new TestFile("docs/deep/file.txt", ""));
        await using var server = await TestServer.StartAsync(_volume);

        using var response = await server.Client.GetAsync(path, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(body, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task UpstreamThatIsAway_IsExcusedByTheReleasesPage_UnderItsStatus()
    {
        var release = _volume.Publish("50x.html", "back soon");
        await using var upstream = await Upstream.StartAsync(context => context.Response.WriteAsync("proxied"));
        var url = upstream.Url;
        await upstream.KillAsync();
        await using var server = await TestServer.StartAsync(_volume, $"--ReverseProxy:Clusters:sidecar:Destinations:local:Address={url}");

        using var response = await server.Client.GetAsync("/backroom/status", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal("back soon", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal([release], response.Headers.GetValues("X-Release"));
    }

    [Fact]
    public async Task UpstreamsOwnError_IsPassedOn()
    {
        _volume.Publish("50x.html", "back soon");
        await using var upstream = await Upstream.StartAsync(context =>
        {
            context.Response.StatusCode = 503;
            return context.Response.WriteAsync("its own words");
        });
        await using var server = await TestServer.StartAsync(_volume, $"--ReverseProxy:Clusters:sidecar:Destinations:local:Address={upstream.Url}");

        using var response = await server.Client.GetAsync("/backroom/status", TestContext.Current.CancellationToken);

        Assert.Equal("its own words", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
