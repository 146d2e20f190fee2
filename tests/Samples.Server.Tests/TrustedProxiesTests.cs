using Microsoft.AspNetCore.Http;

namespace Samples.Server.Tests;

public sealed class TrustedProxiesTests : IDisposable
{
    private readonly TestVolume _volume = new();

    public TrustedProxiesTests() => _volume.Publish("index.html", "home");

    public void Dispose() => _volume.Dispose();

    [Theory]
    [InlineData("", "127.0.0.1", "http")] // nobody is trusted
    [InlineData("10.0.0.0/8", "127.0.0.1", "http")] // others are
    [InlineData("127.0.0.0/8", "203.0.113.7", "https")]
    [InlineData("127.0.0.1, 10.0.0.0/8", "203.0.113.7", "https")]
    [InlineData("127.0.0.1, 203.0.113.7", "198.51.100.1", "https")] // through two proxies
    public async Task ForwardedHeaders_AreBelieved_WhenAProxyIsTrusted(string trusted, string client, string scheme)
    {
        await using var upstream = await Upstream.StartAsync(context =>
            context.Response.WriteAsync($"{context.Request.Headers["X-Forwarded-For"]} {context.Request.Headers["X-Forwarded-Proto"]}"));
        await using var server = await TestServer.StartAsync(
            _volume, $"--ReverseProxy:Clusters:sidecar:Destinations:local:Address={upstream.Url}", $"--Server:TrustedProxies={trusted}");

        var response = await RawHttp.SendAsync(
            server.Client.BaseAddress!, "GET /backroom/status HTTP/1.1", "X-Forwarded-For: 198.51.100.1, 203.0.113.7", "X-Forwarded-Proto: https, https");

        Assert.Contains($"{client} {scheme}", response, StringComparison.Ordinal);
        await Eventually.TrueAsync(() => server.Log.Events.Any(e => e.Category == AccessLog.Category), "the access log's event");
        Assert.Equal(client, server.Log.Events.Single(e => e.Category == AccessLog.Category).Fields["RemoteIp"]);
    }

    [Theory]
    [InlineData("10.0.0.0/33")]
    [InlineData("proxy.example")]
    public async Task Start_NamesTheSetting_WhenItIsNoListOfNetworks(string value)
    {
        var e = await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(
            () => TestServer.StartAsync(_volume, $"--Server:TrustedProxies={value}"));

        Assert.Contains($"Server__TrustedProxies is '{value}'", e.Message, StringComparison.Ordinal);
    }
}
