using System.Net;

namespace Samples.Server.Tests;

public sealed class SiteWatcherTests : IDisposable
{
    private readonly TestVolume _volume = new();

    public void Dispose() => _volume.Dispose();

    [Fact]
    public async Task Switch_ServesTheNewRelease_WithoutARestart()
    {
        _volume.Publish("index.html", "one");
        await using var server = await TestServer.StartAsync(_volume);
        Assert.Equal("one", await server.Client.GetStringAsync("/", TestContext.Current.CancellationToken));

        await server.WaitForAsync(_volume.Publish("index.html", "two"));

        Assert.Equal("two", await server.Client.GetStringAsync("/", TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("--Server:MemoryBudget=0")]
    [InlineData("--Server:MemoryBudget=1MiB")]
    public async Task Watcher_LoadsTheReleaseAnew_WhenItWasRepairedUnderItsId(string setting)
    {
        var id = _volume.Publish("index.html", "one");
        await File.WriteAllTextAsync(_volume.PathOf(id, "index.html"), "bad", TestContext.Current.CancellationToken);
        await using var server = await TestServer.StartAsync(_volume, setting);
        var damaged = await server.Client.GetStringAsync("/", TestContext.Current.CancellationToken);

        _volume.Remove(id);
        Assert.Equal(id, _volume.Write(new TestFile("index.html", "one")));
        await Eventually.GetAsync(
            async () =>
            {
                using var response = await server.Client.GetAsync("/", TestContext.Current.CancellationToken);
                return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken) is "one" and var text ? text : null;
            },
            "the repaired release");

        Assert.Equal("bad", damaged);
        Assert.Empty(server.Current.Retained);
    }

    [Fact]
    public async Task Start_Serves503_UntilTheFirstRelease()
    {
        await using var server = await TestServer.StartAsync(_volume);
        using var early = await server.Client.GetAsync("/", TestContext.Current.CancellationToken);

        await server.WaitForAsync(_volume.Publish("index.html", "one"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, early.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), early.Headers.RetryAfter?.Delta);
        Assert.Equal("one", await server.Client.GetStringAsync("/", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Switch_KeepsServing_WhenTheNewReleaseCannotBeLoaded()
    {
        _volume.Publish("index.html", "one");
        await using var server = await TestServer.StartAsync(_volume);
        var broken = _volume.Write(new TestFile("index.html", "two"));
        File.Delete(_volume.PathOf(broken, "index.html"));

        _volume.SwitchTo(broken);
        await Eventually.TrueAsync(() => server.Log.Events.Any(e => e.Message.Contains(broken, StringComparison.Ordinal)), "the failure's event");
        await server.WaitForAsync(_volume.Publish("index.html", "three"));

        Assert.Single(server.Log.Events, e => e.Message.Contains($"Could not load release {broken}", StringComparison.Ordinal));
        Assert.Contains("samples_server_load_failures_total{otel_scope_name=\"Samples.Server\"} 1", await server.Management.GetStringAsync("/metrics", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fallback_ServesFingerprintedFiles_UntilRetentionRemovesTheirRelease()
    {
        var first = _volume.Publish(new TestFile("index.html", "one"), new TestFile("app.3f9c2a1b.js", "script"), new TestFile("old.txt", "old"));
        await using var server = await TestServer.StartAsync(_volume);

        await server.WaitForAsync(_volume.Publish("index.html", "two"));
        await Eventually.TrueAsync(() => server.Current.Retained.Count == 1, "the retained release");

        using var script = await server.Client.GetAsync("/app.3f9c2a1b.js", TestContext.Current.CancellationToken);
        Assert.Equal("script", await script.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(first, script.Headers.GetValues("X-Release").Single());
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync("/old.txt", TestContext.Current.CancellationToken)).StatusCode);

        _volume.Remove(first);
        await Eventually.TrueAsync(() => server.Current.Retained.Count == 0, "the release to be forgotten");
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync("/app.3f9c2a1b.js", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Fallback_Answers404_WhenTheFileWentAMomentAgo()
    {
        var first = _volume.Publish(new TestFile("app.3f9c2a1b.js", "script"));
        _volume.Publish("404.html", "lost");
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(); // which stands still, so the server does not look again
        await using var server = await TestServer.StartWithAsync(_volume, time, null);
        _volume.Remove(first);

        using var response = await server.Client.GetAsync("/app.3f9c2a1b.js", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("lost", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Null(response.Headers.ETag);
    }

    [Fact]
    public async Task Fallback_IsOff_WhenTheSettingSaysSo()
    {
        _volume.Publish(new TestFile("app.3f9c2a1b.js", "script"));
        _volume.Publish("index.html", "two");
        await using var server = await TestServer.StartAsync(_volume, "--Server:FallbackToPrevious=false");

        using var response = await server.Client.GetAsync("/app.3f9c2a1b.js", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }
}
