using System.Net;

namespace Samples.Server.Tests;

public sealed class RateLimitsTests : IDisposable
{
    private readonly TestVolume _volume = new();

    public RateLimitsTests() => _volume.Publish("index.html", "home");

    public void Dispose() => _volume.Dispose();

    [Fact]
    public async Task Client_IsToldToWait_BeyondItsBurst()
    {
        await using var server = await TestServer.StartAsync(_volume, "--Server:RateLimit:RequestsPerSecond=1", "--Server:RateLimit:Burst=2");

        var responses = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => server.Client.GetAsync("/", TestContext.Current.CancellationToken)));

        var refused = responses.Where(r => r.StatusCode == HttpStatusCode.TooManyRequests).ToList();
        Assert.InRange(responses.Count(r => r.IsSuccessStatusCode), 2, 49);
        Assert.NotEmpty(refused);
        Assert.All(refused, r => Assert.True(r.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1)));
        for (var i = 0; i < 10; i++)
            Assert.Equal("ok\n", await server.Management.GetStringAsync("/healthz", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Client_IsRefused_BeyondItsRequestsInFlight()
    {
        using var release = new SemaphoreSlim(0);
        using var arrived = new SemaphoreSlim(0);
        await using var upstream = await Upstream.StartAsync(async context =>
        {
            arrived.Release();
            await release.WaitAsync(context.RequestAborted);
        });
        await using var server = await TestServer.StartAsync(
            _volume, $"--ReverseProxy:Clusters:sidecar:Destinations:local:Address={upstream.Url}", "--Server:RateLimit:ConcurrentRequests=1");
        var slow = server.Client.GetAsync("/backroom/status", TestContext.Current.CancellationToken);
        await arrived.WaitAsync(TestContext.Current.CancellationToken);

        using var refused = await server.Client.GetAsync("/", TestContext.Current.CancellationToken);
        release.Release();
        using var served = await slow;

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter?.Delta);
        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::")]
    public void ClientOf_CountsANetworkOfIPv6_AsOneClient(string address, string client) =>
        Assert.Equal(IPAddress.Parse(client), RateLimits.ClientOf(IPAddress.Parse(address)));
}
