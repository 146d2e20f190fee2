using Microsoft.AspNetCore.Http;

namespace Samples.Server.Tests;

public sealed class ServerTimingTests : IDisposable
{
    private const string Chunk = "app.3f9c2a1b.js";

    private readonly TestVolume _volume = new();

    public void Dispose() => _volume.Dispose();

    [Fact]
    public async Task Header_TellsReleaseAndSource()
    {
        var first = _volume.Publish(new TestFile("index.html", "one"), new TestFile(Chunk, "1"));
        await using var upstream = await Upstream.StartAsync(context => context.Response.WriteAsync("proxied"));
        await using var server = await TestServer.StartAsync(
            _volume, $"--ReverseProxy:Clusters:sidecar:Destinations:local:Address={upstream.Url}", "--Server:ServerTiming=true", "--Server:MemoryBudget=10");
        var second = _volume.Publish(new TestFile("index.html", "two"), new TestFile("large.txt", new string('a', 100)));
        await server.WaitForAsync(second);

        Assert.Equal($"release;desc=\"{second}\", source;desc=\"memory\"", await TimingOfAsync(server, "/"));
        Assert.Equal($"release;desc=\"{second}\", source;desc=\"file\"", await TimingOfAsync(server, "/large.txt"));
        Assert.Equal($"release;desc=\"{first}\", source;desc=\"previous\"", await TimingOfAsync(server, "/" + Chunk));
        Assert.Equal("source;desc=\"proxy\"", await TimingOfAsync(server, "/backroom/status"));
        Assert.Equal($"release;desc=\"{second}\"", await TimingOfAsync(server, "/nothing"));
    }

    [Theory]
    [InlineData("Development", true)]
    [InlineData("Production", false)]
    public async Task Header_IsThere_InDevelopmentOnly(string environment, bool there)
    {
        _volume.Publish("index.html", "home");
        await using var server = await TestServer.StartAsync(_volume, $"--DOTNET_ENVIRONMENT={environment}");

        Assert.Equal(there, await TimingOfAsync(server, "/") is not null);
    }

    private static async Task<string?> TimingOfAsync(TestServer server, string path)
    {
        using var response = await server.Client.GetAsync(path, TestContext.Current.CancellationToken);
        return response.Headers.TryGetValues("Server-Timing", out var values) ? string.Join("; ", values) : null;
    }
}
