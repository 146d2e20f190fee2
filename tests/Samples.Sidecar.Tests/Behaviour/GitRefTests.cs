using Samples.Sidecar.Sync;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Behaviour;

/// <summary>What a Git source's ref may be, and what becomes of it when the repository moves.</summary>
public sealed class GitRefTests
{
    private static readonly (string, string)[] _site = [("index.html", "one"), ("css/style.css", "body { }")];

    [Fact]
    public async Task DefaultRef_IsTheBranchThatHeadLeadsTo()
    {
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", _site);
        var commit = await project.GitAsync("rev-parse", "HEAD");

        await using var sidecar = await RunningSidecar.StartAsync(project.Url());

        var release = sidecar.Volume.ReadCurrent()!;
        Assert.Equal(SyncResult.Published, sidecar.Last.Result);
        Assert.Equal(["css/style.css", "index.html"], release.Manifest.Files.Select(f => f.Path));
        Assert.Equal(("git", project.Url(), commit), (release.Manifest.Source.Kind, release.Manifest.Source.Uri, release.Manifest.Source.Revision));
        sidecar.AssertServes(release.Id);
    }

    [Fact]
    public async Task Sync_FollowsTheBranch_AndReadsOnlyWhatChanged()
    {
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", _site);
        await using var sidecar = await RunningSidecar.StartAsync(project.Url("?ref=main"));
        var before = File.GetLastWriteTimeUtc(Path.Combine(sidecar.Volume.CurrentLink, "www/css/style.css"));
        await project.CommitAsync(("index.html", "two"));

        var record = await sidecar.SyncAsync();

        Assert.Equal((SyncResult.Published, "two"), (record.Result, sidecar.Read("index.html")));
        Assert.Equal(before, File.GetLastWriteTimeUtc(Path.Combine(sidecar.Volume.CurrentLink, "www/css/style.css")));
        Assert.Equal(8, sidecar.Counters["sidecar.reused"]);
        sidecar.AssertServes(record.Release!);
    }

    [Fact]
    public async Task Check_IsOneRequest_WhenNothingChanged()
    {
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", _site);
        await using var sidecar = await RunningSidecar.StartAsync(project.Url());
        var requests = server.Requests.Count;

        var record = await sidecar.SyncAsync();

        Assert.Equal(SyncResult.Unchanged, record.Result);
        Assert.Equal(["- GET /site.git/info/refs 200"], server.Requests.Skip(requests));
    }
}
