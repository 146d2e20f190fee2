using System.Net;
using Microsoft.Extensions.Time.Testing;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Sync;

public sealed class FreshnessTests : IDisposable
{
    private readonly TemporaryFolder _volume = new();
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);

    public void Dispose() => _volume.Dispose();

    [Fact]
    public async Task Readiness_EndsWithMaxStaleness_AndComesBackWithASuccess()
    {
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(Tar.Of(("index.html", "one")), "\"1\"");
        await using var sidecar = await StartAsync(server, "--Sidecar:MaxStaleness=00:10:00");
        var answer = server.Answer;
        server.Answer = context => Task.FromException(new IOException("down"));

        _clock.Advance(TimeSpan.FromMinutes(9));
        var fresh = await ReadyzAsync(sidecar);
        _clock.Advance(TimeSpan.FromMinutes(2));
        var stale = await ReadyzAsync(sidecar);
        server.Answer = answer;
        await sidecar.SyncAsync();
        var again = await ReadyzAsync(sidecar);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK), (fresh.Status, stale.Status, again.Status));
        Assert.Equal("the last sync that succeeded was 00:11:00 ago, longer than Sidecar__MaxStaleness, 00:10:00\n", stale.Text);
    }

    [Fact]
    public async Task Readiness_LastsForEver_WithoutMaxStaleness()
    {
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(Tar.Of(("index.html", "one")), "\"1\"");
        await using var sidecar = await StartAsync(server);

        _clock.Advance(TimeSpan.FromDays(300));

        Assert.Equal(HttpStatusCode.OK, (await ReadyzAsync(sidecar)).Status);
    }

    [Fact]
    public async Task LastSuccess_IsKnownAfterARestart()
    {
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(Tar.Of(("index.html", "one")), "\"1\"");
        var at = _clock.GetUtcNow();
        await using (await StartAsync(server))
            server.Answer = context => Task.FromException(new IOException("down"));
        _clock.Advance(TimeSpan.FromHours(1));

        await using var restarted = await StartAsync(server, "--Sidecar:MaxStaleness=00:59:00");

        Assert.Equal(at, restarted.Board.Current.LastSuccessAt);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await ReadyzAsync(restarted)).Status);
    }

    private Task<RunningSidecar> StartAsync(ArchiveServer server, params string[] settings) =>
        RunningSidecar.StartAsync(server.Url("site.tar"), _volume.Path, _clock, ["--Sidecar:Interval=7.00:00:00", .. settings]);

    private static async Task<(HttpStatusCode Status, string Text)> ReadyzAsync(RunningSidecar sidecar)
    {
        using var response = await sidecar.Http.GetAsync(new Uri("/readyz", UriKind.Relative), TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
