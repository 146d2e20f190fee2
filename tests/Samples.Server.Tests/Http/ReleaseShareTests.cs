using System.Net;
using System.Net.Http.Headers;

namespace Samples.Server.Tests;

public sealed class ReleaseShareTests : IDisposable
{
    private readonly TestVolume _volume = new();

    public void Dispose() => _volume.Dispose();

    [Fact]
    public async Task Manifest_IsThatOfTheCurrentRelease_AndConditional()
    {
        var release = _volume.Publish("index.html", "home");
        await using var server = await StartAsync();

        using var response = await server.Client.GetAsync("/_release/manifest", TestContext.Current.CancellationToken);
        using var conditional = new HttpRequestMessage(HttpMethod.Get, "/_release/manifest") { Headers = { IfNoneMatch = { new EntityTagHeaderValue($"\"{release}\"") } } };
        using var unchanged = await server.Client.SendAsync(conditional, TestContext.Current.CancellationToken);

        Assert.Equal($"\"{release}\"", response.Headers.ETag?.Tag);
        Assert.True(response.Headers.CacheControl?.NoCache);
        Assert.Equal(File.ReadAllText(Path.Combine(_volume.Volume.DirectoryOf(release), "release.json")), await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
    }

    [Fact]
    public async Task Files_AreHadByTheirHash_OfEveryReleaseThatIsThere()
    {
        var (old, page, hidden) = (new TestFile("index.html", "old", encoded: true), new TestFile("index.html", "new"), new TestFile(".env", "part of the release"));
        var first = _volume.Publish(old);
        await using var server = await StartAsync();
        Assert.Equal("old", await server.Client.GetStringAsync($"/_release/files/{old.Sha256}", TestContext.Current.CancellationToken));

        await server.WaitForAsync(_volume.Publish(page, hidden, new TestFile("empty.txt", "")));

        foreach (var (file, text) in new[] { (old, "old"), (page, "new"), (hidden, "part of the release"), (new TestFile("", ""), "") })
        {
            using var response = await server.Client.GetAsync($"/_release/files/{file.Sha256}", TestContext.Current.CancellationToken);
            Assert.Equal(text, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            Assert.Equal($"\"{file.Sha256}\"", response.Headers.ETag?.Tag);
            Assert.Contains("immutable", response.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        }

        _volume.Remove(first);
        using var gone = await server.Client.GetAsync($"/_release/files/{old.Sha256}", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Theory]
    [InlineData("/_release/")]
    [InlineData("/_release/release.json")]
    [InlineData("/_release/files/")]
    [InlineData("/_release/files/index.html")]
    [InlineData("/_release/files/../../release.json")]
    [InlineData("/_release/files/..%2f..%2f..%2f.lock")]
    [InlineData("/_release/files/0000000000000000000000000000000000000000000000000000000000000000")]
    public async Task AnythingElse_IsNotFound(string target)
    {
        _volume.Publish("index.html", "home");
        await using var server = await StartAsync();

        Assert.Equal(404, RawHttp.StatusOf(await RawHttp.SendAsync(server.Client.BaseAddress!, $"GET {target} HTTP/1.1")));
    }

    [Fact]
    public async Task Link_IsNotFollowed()
    {
        var file = new TestFile("index.html", "home");
        var release = _volume.Publish(file);
        await using var server = await StartAsync();
        using var elsewhere = new TemporaryFolder();
        File.Delete(_volume.PathOf(release, "index.html"));
        File.CreateSymbolicLink(_volume.PathOf(release, "index.html"), elsewhere.Write("secret", "1234"));

        using var response = await server.Client.GetAsync($"/_release/files/{file.Sha256}", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Sharing_IsForReading_AndOffByDefault()
    {
        _volume.Publish("index.html", "home");
        await using var sharing = await StartAsync();
        await using var server = await TestServer.StartAsync(_volume);

        using var post = await sharing.Client.PostAsync("/_release/manifest", null, TestContext.Current.CancellationToken);
        using var off = await server.Client.GetAsync("/_release/manifest", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, off.StatusCode);
    }

    private Task<TestServer> StartAsync() => TestServer.StartAsync(_volume, "--Server:ShareReleases=true");
}
