using System.Net;

namespace Samples.Server.Tests;

public sealed class ManagementEndpointsTests : IDisposable
{
    private readonly TestVolume _volume = new();

    public void Dispose() => _volume.Dispose();

    [Fact]
    public async Task Readyz_NamesTheRelease_OnceThereIsOne()
    {
        await using var server = await TestServer.StartAsync(_volume);
        using var early = await server.Management.GetAsync("/readyz", TestContext.Current.CancellationToken);
        var release = _volume.Publish("index.html", "home");
        await server.WaitForAsync(release);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, early.StatusCode);
        Assert.Equal(release + "\n", await server.Management.GetStringAsync("/readyz", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Healthz_Fails_OnlyWhenTheLoopHasStopped()
    {
        var time = new StuckTime();
        await using var server = await TestServer.StartWithAsync(_volume, time, null);
        Assert.Equal("ok\n", await server.Management.GetStringAsync("/healthz", TestContext.Current.CancellationToken));

        time.Elapsed = TimeSpan.FromSeconds(11);
        using var stalled = await server.Management.GetAsync("/healthz", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, stalled.StatusCode);
    }

    [Fact]
    public async Task Metrics_CountRequests_ByReleaseAndStatusClass()
    {
        var release = _volume.Publish("index.html", "home");
        await using var server = await TestServer.StartAsync(_volume);
        await server.Client.GetAsync("/", TestContext.Current.CancellationToken);
        await server.Client.GetAsync("/nothing", TestContext.Current.CancellationToken);

        await Eventually.TrueAsync(() => MetricsOf(server).Contains("status=\"4xx\"", StringComparison.Ordinal), "the second request's count");
        var metrics = MetricsOf(server);
        Assert.Contains($"samples_server_requests_total{{otel_scope_name=\"Samples.Server\",release=\"{release}\",status=\"2xx\"}} 1", metrics, StringComparison.Ordinal);
        Assert.Contains($"samples_server_sent_bytes_total{{otel_scope_name=\"Samples.Server\",release=\"{release}\",status=\"2xx\"}} 4", metrics, StringComparison.Ordinal);
        Assert.Contains($"samples_server_release_info{{otel_scope_name=\"Samples.Server\",release=\"{release}\"}} 1", metrics, StringComparison.Ordinal);
        Assert.Contains("samples_server_switches_total{otel_scope_name=\"Samples.Server\"} 1", metrics, StringComparison.Ordinal);
        Assert.Contains("samples_server_load_failures_total{otel_scope_name=\"Samples.Server\"} 0", metrics, StringComparison.Ordinal);
        Assert.Contains("http_server_request_duration_seconds_count", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReleaseInfo_KnowsOnlyTheCurrentRelease()
    {
        var first = _volume.Publish("index.html", "one");
        await using var server = await TestServer.StartAsync(_volume);
        Assert.Contains($"release=\"{first}\"}} 1", MetricsOf(server), StringComparison.Ordinal);

        await server.WaitForAsync(_volume.Publish("index.html", "two"));

        // Twice within 0.3 s, the exporter gives one answer.
        await Eventually.TrueAsync(() => !MetricsOf(server).Contains($"release_info{{otel_scope_name=\"Samples.Server\",release=\"{first}\"", StringComparison.Ordinal), "the first release to go");
    }

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    [InlineData("/metrics")]
    public async Task SitePort_HasNoneOfIt_WhateverTheHostSays(string path)
    {
        _volume.Publish("index.html", "home");
        await using var server = await TestServer.StartAsync(_volume);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = server.Management.BaseAddress!.Authority;

        using var response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/index.html")]
    [InlineData("/backroom/status")]
    [InlineData("/metrics/more")]
    public async Task ManagementPort_HasNothingElse(string path)
    {
        _volume.Publish("index.html", "home");
        await using var server = await TestServer.StartAsync(_volume);

        using var response = await server.Management.GetAsync(path, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    /// <summary>A clock whose timers never fire, as in a process whose loops are stuck.</summary>
    private sealed class StuckTime : TimeProvider
    {
        public TimeSpan Elapsed { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Elapsed.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private static string MetricsOf(TestServer server) => server.Management.GetStringAsync("/metrics", TestContext.Current.CancellationToken).GetAwaiter().GetResult();
}
