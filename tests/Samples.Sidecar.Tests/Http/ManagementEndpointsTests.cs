using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Samples.SharedVolume;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Http;

public sealed class ManagementEndpointsTests
{
    private static readonly byte[] _site = Tar.Of(("index.html", "hello"), ("style.css", "body { }"));

    [Fact]
    public async Task Probes_AnswerBeforeTheSourceDoes()
    {
        await using var server = new RawServer(RawServer.HangAsync);
        await using var sidecar = await RunningSidecar.StartWithoutSyncAsync(server.Url("site.tar"));
        await server.Asked;

        Assert.Equal((HttpStatusCode.OK, "alive\n"), await ProbeAsync(sidecar, "/healthz"));
        Assert.Equal((HttpStatusCode.OK, "started\n"), await ProbeAsync(sidecar, "/startupz"));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "there is no current release\n"), await ProbeAsync(sidecar, "/readyz"));
    }

    [Fact]
    public async Task Readyz_IsGood_OnceInitHasPainted_ThoughTheSourceNeverAnswers()
    {
        using var volume = new TemporaryFolder();
        var id = Paint(volume.Path);
        await using var server = new RawServer(RawServer.HangAsync);
        await using var sidecar = await RunningSidecar.StartWithoutSyncAsync(server.Url("site.tar"), volume.Path);
        await server.Asked;

        Assert.Equal((HttpStatusCode.OK, $"ready {id}\n"), await ProbeAsync(sidecar, "/readyz"));
    }

    [Fact]
    public async Task Readyz_StaysGood_WhenTheSourceIsDownForADay()
    {
        var clock = new FakeTimeProvider();
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(_site);
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"), null, clock);
        server.Answer = context => Task.Run(context.Abort);

        for (var hour = 1; hour <= 24; hour++)
        {
            clock.Advance(TimeSpan.FromHours(2));
            await sidecar.WhenAsync(status => status.ConsecutiveFailures >= hour);
        }

        Assert.Equal(HttpStatusCode.OK, (await ProbeAsync(sidecar, "/readyz")).Status);
        Assert.Equal(HttpStatusCode.OK, (await ProbeAsync(sidecar, "/healthz")).Status);
    }

    [Fact]
    public async Task Status_HasTheShapeThatThePageReads()
    {
        var clock = new FakeTimeProvider();
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(_site, "\"1\"");
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"), null, clock);
        var first = sidecar.Volume.ReadCurrentId();
        server.Serve(Tar.Of(("index.html", "new")), "\"2\"");
        await sidecar.SyncAsync();
        server.Serve(Tar.OfBlocks(Tar.Entry("../x")), "\"3\"");
        await sidecar.SyncAsync();
        var now = clock.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:sszzz", System.Globalization.CultureInfo.InvariantCulture);

        var status = await sidecar.StatusAsync();

        var expected = $$"""
            {
              "state": "failing",
              "source": "{{server.Url("site.tar")}}",
              "interval": "01:00:00",
              "release": {
                "id": "{{sidecar.Volume.ReadCurrentId()}}",
                "createdAt": "{{now}}",
                "currentSince": "{{now}}",
                "source": { "kind": "archive", "uri": "{{server.Url("site.tar")}}", "revision": "\"2\"" },
                "files": 1,
                "bytes": 3
              },
              "pinned": null,
              "retained": [ { "id": "{{first}}", "retiredAt": "{{now}}" } ],
              "lastSuccessAt": "{{now}}",
              "consecutiveFailures": 1,
              "nextSyncAt": "{{sidecar.Board.Current.NextSyncAt:yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz}}",
              "syncs": [
                { "at": "{{now}}", "durationMs": 0, "result": "rejected", "release": null, "error": "Refused '../x': the path has '..' in it." },
                { "at": "{{now}}", "durationMs": 0, "result": "published", "release": "{{sidecar.Volume.ReadCurrentId()}}", "error": null },
                { "at": "{{now}}", "durationMs": 0, "result": "published", "release": "{{first}}", "error": null }
              ],
              "repairs": [],
              "damage": null
            }
            """;
        Assert.Equal(JsonNode.Parse(expected)!.ToJsonString(), status.ToJsonString());
    }

    [Fact]
    public async Task Status_KeepsTheLastOfARunWithoutNews()
    {
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(_site, "\"1\"");
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"));

        for (var i = 0; i < 5; i++)
            await sidecar.SyncAsync();

        Assert.Equal(["unchanged", "published"], (await sidecar.StatusAsync())["syncs"]!.AsArray().Select(sync => (string)sync!["result"]!));
    }

    /// <summary>As the init container does.</summary>
    private static string Paint(string volume)
    {
        using var writer = VolumeWriter.TryOpen(new Volume(volume), TimeProvider.System)!;
        using var staged = writer.Stage(ContentLimits.Default);
        staged.Add("index.html", new MemoryStream("welcome"u8.ToArray()), DateTimeOffset.UnixEpoch, null, TestContext.Current.CancellationToken);
        return writer.Publish(staged, new ReleaseSource(ReleaseSource.InitKind, "template", null), TestContext.Current.CancellationToken).Release.Id;
    }

    private static async Task<(HttpStatusCode Status, string Said)> ProbeAsync(RunningSidecar sidecar, string path)
    {
        using var response = await sidecar.Http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
