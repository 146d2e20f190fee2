using Samples.Sidecar.Sync;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Behaviour;

/// <summary>What commits a Git source may be pinned to, and what becomes of it when their history is rewritten.</summary>
public sealed class GitCommitTests
{
    private static readonly (string, string)[] _site = [("index.html", "one"), ("css/style.css", "body { }")];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PinnedCommit_IsPublishedWhereverItIsInTheHistory(bool givesAnyCommit)
    {
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", _site);
        await project.OnServerAsync("config", "uploadpack.allowAnySHA1InWant", givesAnyCommit ? "true" : "false");
        var pinned = await project.CommitAsync(("index.html", "pinned"));
        await project.CommitAsync(("index.html", "later"));

        await using var sidecar = await RunningSidecar.StartAsync(project.Url($"?ref={pinned}"));

        Assert.Equal("pinned", sidecar.Read("index.html"));
        Assert.Equal(pinned, sidecar.Volume.ReadCurrent()!.Manifest.Source.Revision);
        Assert.Equal(givesAnyCommit ? 5 : 5 + 6, await GitRefTests.CountObjectsAsync(sidecar));
    }

    [Fact]
    public async Task PinnedCommit_CostsNoRequest_OnceItIsFetched()
    {
        using var volume = new TemporaryFolder();
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", _site);
        var url = project.Url($"?ref={(await project.GitAsync("rev-parse", "HEAD")).ToUpperInvariant()}");
        await using (await RunningSidecar.StartAsync(url, volume.Path))
        {
        }

        await server.StopAsync();
        await using var sidecar = await RunningSidecar.StartAsync(url, volume.Path);
        var first = sidecar.Last.Result;
        Directory.Delete(sidecar.Volume.DirectoryOf(sidecar.Volume.ReadCurrentId()!), recursive: true);
        var repaired = await sidecar.SyncAsync();

        Assert.Equal((SyncResult.Unchanged, SyncResult.Published), (first, repaired.Result));
        sidecar.AssertServes(repaired.Release!);
    }

    [Fact]
    public async Task ShortCommit_IsFoundAtABranchOrInTheHistory()
    {
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", _site);
        var middle = await project.CommitAsync(("index.html", "middle"));
        var last = await project.CommitAsync(("index.html", "last"));

        await using var atBranch = await RunningSidecar.StartAsync(project.Url($"?ref={last[..7]}"));
        await using var inHistory = await RunningSidecar.StartAsync(project.Url($"?ref={middle[..7].ToUpperInvariant()}"));
        await project.CommitAsync(("index.html", "later"));
        var (one, other) = (await atBranch.SyncAsync(), await inHistory.SyncAsync());

        Assert.Equal(("last", "middle"), (atBranch.Read("index.html"), inHistory.Read("index.html")));
        Assert.Equal((SyncResult.Unchanged, SyncResult.Unchanged), (one.Result, other.Result));
        Assert.Equal(middle, inHistory.Volume.ReadCurrent()!.Manifest.Source.Revision);
    }

    [Fact]
    public async Task MissingCommit_FailsByName_AndIsPublishedOnceItIsPushed()
    {
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", _site);
        project.Write("index.html", "later");
        await project.GitAsync("commit", "--quiet", "--all", "--message=later");
        var commit = await project.GitAsync("rev-parse", "HEAD");
        await using var sidecar = await RunningSidecar.StartAsync(project.Url($"?ref={commit}"));
        var failed = sidecar.Last;
        await project.GitAsync("push", "--quiet", "origin", "HEAD");

        var record = await sidecar.SyncAsync();

        Assert.Equal((SyncResult.Failed, $"Commit {commit} is in no branch and no tag of {project.Url($"?ref={commit}")}."), (failed.Result, failed.Error));
        Assert.Equal((SyncResult.Published, "later"), (record.Result, sidecar.Read("index.html")));
    }

    [Fact]
    public async Task ResetHistory_AndForcePush_AreOrdinaryCommits()
    {
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", _site);
        await project.CommitAsync(("index.html", "two"), ("new.txt", "new"));
        await using var sidecar = await RunningSidecar.StartAsync(project.Url());
        await project.GitAsync("reset", "--quiet", "--hard", "HEAD~1");
        await project.GitAsync("push", "--quiet", "--force", "origin", "HEAD");
        var reset = await sidecar.SyncAsync();
        var (text, isThere) = (sidecar.Read("index.html"), File.Exists(Path.Combine(sidecar.Volume.CurrentLink, "www/new.txt")));
        await project.GitAsync("switch", "--quiet", "--orphan", "unrelated");
        project.Write("only.txt", "only");
        await project.GitAsync("add", "--all");
        await project.GitAsync("commit", "--quiet", "--message=unrelated");
        await project.GitAsync("push", "--quiet", "--force", "origin", "HEAD:main");

        var forced = await sidecar.SyncAsync();

        Assert.Equal((SyncResult.Published, "one", false), (reset.Result, text, isThere));
        Assert.Equal(SyncResult.Published, forced.Result);
        Assert.Equal(["only.txt"], sidecar.Volume.ReadCurrent()!.Manifest.Files.Select(f => f.Path));
    }
}
