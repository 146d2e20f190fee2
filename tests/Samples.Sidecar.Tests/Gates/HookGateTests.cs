using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Samples.Sidecar.Sync;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Gates;

public sealed class HookGateTests : IDisposable
{
    private readonly TemporaryFolder _source = new();

    public HookGateTests() => _source.Write("index.html", "hello");

    public void Dispose() => _source.Dispose();

    [Fact]
    public async Task Hook_SeesTheReleaseBeforeItIsPublished()
    {
        JsonNode? asked = null;
        var (seen, wasServed) = ("", true);
        await using var hook = await ArchiveServer.StartAsync();
        await using var sidecar = await StartAsync(hook, async context =>
        {
            asked = await JsonNode.ParseAsync(context.Request.Body);
            seen = await File.ReadAllTextAsync(Path.Combine((string)asked!["path"]!, "index.html"));
            wasServed = Path.Exists(Path.Combine((string)asked["path"]!, "../../../../current"));
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        });

        Assert.Equal((SyncResult.Published, "hello", false), (sidecar.Last.Result, seen, wasServed));
        Assert.Equal(sidecar.Volume.ReadCurrentId(), (string)asked!["release"]!);
        Assert.Equal(("directory", 1, 5), ((string)asked["source"]!["kind"]!, (int)asked["files"]!, (int)asked["bytes"]!));
        Assert.Null(asked["previous"]);
    }

    [Fact]
    public async Task Veto_IsShownCountedAndFinal_UntilTheSourceChanges()
    {
        await using var hook = await ArchiveServer.StartAsync();
        await using var sidecar = await StartAsync(hook, async context =>
        {
            var asked = await JsonNode.ParseAsync(context.Request.Body);
            if (await File.ReadAllTextAsync(Path.Combine((string)asked!["path"]!, "index.html")) == "<script>")
                await Results.Text("scripts are\tnot allowed\nsecond line", statusCode: 422).ExecuteAsync(context);
        });
        var id = sidecar.Volume.ReadCurrentId()!;
        _source.Write("index.html", "<script>");

        var veto = await sidecar.SyncAsync();
        var again = await sidecar.SyncAsync();
        sidecar.AssertServes(id);
        var status = await sidecar.StatusAsync();
        _source.Write("index.html", "no script");
        var mended = await sidecar.SyncAsync();

        Assert.Equal(SyncResult.Rejected, veto.Result);
        Assert.Matches($"^The hook at {hook.Url("approve")} vetoed release [0-9a-f]{{16}}: scripts arenot allowed$", veto.Error);
        Assert.Equal((veto.Result, veto.Error), (again.Result, again.Error));
        Assert.Equal(("failing", veto.Error), ((string)status["state"]!, (string)status["syncs"]![0]!["error"]!));
        Assert.Equal(2, sidecar.Counters["sidecar.rejections", "veto"]);
        Assert.Contains(sidecar.Log, line => line.Contains("Sync Rejected", StringComparison.Ordinal) && line.Contains("vetoed", StringComparison.Ordinal));
        Assert.Equal(SyncResult.Published, mended.Result);
        Assert.Equal(3, hook.Requests.Count);
    }

    [Fact]
    public async Task Hook_ThatFails_HoldsTheReleaseBack_UntilItAnswers()
    {
        await using var hook = await ArchiveServer.StartAsync();
        await using var sidecar = await StartAsync(hook, context => Results.StatusCode(503).ExecuteAsync(context));
        var failed = sidecar.Last;
        hook.Answer = context => Results.Ok().ExecuteAsync(context);

        var record = await sidecar.SyncAsync();

        Assert.Equal((SyncResult.Failed, $"The hook at {hook.Url("approve")} answered 503 Service Unavailable; the release waits for it."), (failed.Result, failed.Error));
        Assert.Equal(SyncResult.Published, record.Result);
    }

    [Fact]
    public async Task Hook_ThatIsNotThere_HoldsTheReleaseBack()
    {
        await using var sidecar = await RunningSidecar.StartAsync(_source.Path, null, null, "--Sidecar:HookUrl=http://127.0.0.1:9/approve");

        Assert.Equal(SyncResult.Failed, sidecar.Last.Result);
        Assert.StartsWith("The hook at http://127.0.0.1:9/approve does not answer", sidecar.Last.Error, StringComparison.Ordinal);
        Assert.Null(sidecar.Volume.ReadCurrentId());
    }

    private Task<RunningSidecar> StartAsync(ArchiveServer hook, RequestDelegate answer)
    {
        hook.Answer = answer;
        return RunningSidecar.StartAsync(_source.Path, null, null, $"--Sidecar:HookUrl={hook.Url("approve")}");
    }
}
