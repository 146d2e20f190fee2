using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace Samples.Server.Tests;

public sealed class StatusReportTests : IDisposable
{
    private readonly TestVolume _volume = new();

    public void Dispose() => _volume.Dispose();

    [Fact]
    public async Task BadLine_IsReportedThreefold_AndTheRestApplies()
    {
        var release = _volume.Publish(
            new TestFile("index.html", "home"),
            new TestFile("_headers", "/*\n  X-Good: yes\n  Connection: close\n"),
            new TestFile("_redirects", "/a /b\n/b /a\n/old /index.html\n"));
        await using var server = await TestServer.StartAsync(_volume);

        var status = JsonNode.Parse(await server.Management.GetStringAsync("/status", TestContext.Current.CancellationToken))!;
        var metrics = await server.Management.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        using var home = await server.Client.GetAsync("/", TestContext.Current.CancellationToken);
        using var old = await server.Client.GetAsync("/old", TestContext.Current.CancellationToken);

        Assert.Equal(release, (string?)status["release"]);
        Assert.Equal(1, (int?)status["files"]);
        Assert.Equal(4, (long?)status["bytes"]);
        Assert.InRange((DateTimeOffset)status["since"]!, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow);
        Assert.Equal([("_headers", 3), ("_redirects", 2)], status["problems"]!.AsArray().Select(p => ((string)p!["file"]!, (int)p["line"]!)));
        Assert.Contains("samples_server_rule_problems{otel_scope_name=\"Samples.Server\",file=\"_headers\"} 1", metrics, StringComparison.Ordinal);
        Assert.Contains("samples_server_rule_problems{otel_scope_name=\"Samples.Server\",file=\"_redirects\"} 1", metrics, StringComparison.Ordinal);
        Assert.Equal(
            [$"Left out _headers line 3 of release {release}: Connection is the server's own to set.",
                $"Left out _redirects line 2 of release {release}: It leads in a circle: '/b' to '/a' and back."],
            server.Log.Events.Where(e => e.Level == LogLevel.Warning).Select(e => e.Message));
        Assert.Equal(["yes"], home.Headers.GetValues("X-Good"));
        Assert.Equal("/index.html", old.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task Status_SaysSo_BeforeTheFirstRelease()
    {
        await using var server = await TestServer.StartAsync(_volume);

        Assert.Equal(
            """{"release":null,"since":null,"files":0,"bytes":0,"retained":[],"problems":[]}""",
            await server.Management.GetStringAsync("/status", TestContext.Current.CancellationToken));
    }
}
