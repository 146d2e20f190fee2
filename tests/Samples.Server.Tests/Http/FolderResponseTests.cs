using System.Net;
using System.Text.Json.Nodes;

namespace Samples.Server.Tests;

public sealed class FolderResponseTests : IAsyncLifetime
{
    private readonly TestVolume _volume = new();
    private TestServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _volume.Publish(
            new TestFile("files/b.txt", "12345"), new TestFile("files/<i>&\".txt", ""), new TestFile("files/javascript:alert(1)", ""),
            new TestFile("files/sub/x.txt", ""), new TestFile("files/.secret", ""), new TestFile("files/.git/config", ""),
            new TestFile("page/index.html", "page"), new TestFile("_headers", "# none"));
        _server = await TestServer.StartAsync(_volume, "--Server:DirectoryListing=true");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _volume.Dispose();
    }

    [Fact]
    public async Task Listing_IsAPage_WhoseNamesAreEncoded()
    {
        using var response = await _server.Client.GetAsync("/files/", TestContext.Current.CancellationToken);
        var page = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal("text/html; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Contains("<a href=\"./b.txt\">b.txt</a><td>2026-01-02 03:04<td>5\n", page, StringComparison.Ordinal);
        Assert.Contains("<a href=\"./sub/\">sub/</a>", page, StringComparison.Ordinal);
        Assert.Contains("<a href=\"./%3Ci%3E%26%22.txt\">&lt;i&gt;&amp;&quot;.txt</a>", page, StringComparison.Ordinal);
        Assert.Contains("<a href=\"./javascript%3Aalert%281%29\">", page, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", page, StringComparison.Ordinal);
        Assert.DoesNotContain(".git", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Listing_IsJson_WhereThatIsPreferred()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { Accept = { new("text/html", 0.5), new("application/json") } } };

        using var response = await _server.Client.SendAsync(request, TestContext.Current.CancellationToken);

        var entries = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!.AsArray();
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("Accept", string.Join(',', response.Headers.Vary));
        Assert.Equal([("files", "directory"), ("page", "directory")], entries.Select(e => ((string)e!["name"]!, (string)e["type"]!)));
    }

    [Fact]
    public async Task Folder_KeepsItsIndex_AndItsRedirect()
    {
        Assert.Equal("page", await _server.Client.GetStringAsync("/page/", TestContext.Current.CancellationToken));
        using var redirect = await _server.Client.GetAsync("/files", TestContext.Current.CancellationToken);
        using var nothing = await _server.Client.GetAsync("/nowhere/", TestContext.Current.CancellationToken);

        Assert.Equal("/files/", redirect.Headers.Location?.OriginalString);
        Assert.Equal(HttpStatusCode.NotFound, nothing.StatusCode);
    }
}
