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
        var before = await server.RequestsAsync();

        var record = await sidecar.SyncAsync();

        Assert.Equal(SyncResult.Unchanged, record.Result);
        Assert.Equal(["- GET /site.git/info/refs 200"], (await server.RequestsAsync())[before.Length..]);
    }

    [Fact]
    public async Task Fetch_BringsOneCommit_AndOnlyWhatIsNewInIt()
    {
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", _site);
        await project.CommitAsync(("index.html", "two"));
        await using var sidecar = await RunningSidecar.StartAsync(project.Url());
        var first = await CountObjectsAsync(sidecar);
        await project.CommitAsync(("index.html", "three"));

        await sidecar.SyncAsync();

        // A commit, a tree for the root and one for css/, two files; then a commit, a root and a file.
        Assert.Equal(5, first);
        Assert.Equal(8, await CountObjectsAsync(sidecar));
    }

    [Fact]
    public async Task Depth_BringsAsManyCommits()
    {
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", _site);
        for (var i = 0; i < 4; i++)
            await project.CommitAsync();

        await using var sidecar = await RunningSidecar.StartAsync(project.Url("?depth=3"));
        await using var whole = await RunningSidecar.StartAsync(project.Url("?depth=0"));

        Assert.Equal(4 + 3, await CountObjectsAsync(sidecar));
        Assert.Equal(4 + 5, await CountObjectsAsync(whole));
    }

    [Fact]
    public async Task BranchSwitch_PublishesTheOtherBranch()
    {
        using var volume = new TemporaryFolder();
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", _site);
        await project.GitAsync("switch", "--quiet", "--create", "feature/next");
        await project.CommitAsync(("index.html", "next"));
        await using (await RunningSidecar.StartAsync(project.Url("?ref=main"), volume.Path))
        {
        }

        await using var sidecar = await RunningSidecar.StartAsync(project.Url("?ref=feature/next"), volume.Path);

        Assert.Equal((SyncResult.Published, "next"), (sidecar.Last.Result, sidecar.Read("index.html")));
        Assert.Equal(8, sidecar.Counters["sidecar.reused"]);
    }

    [Fact]
    public async Task DefaultBranchSwitch_IsFollowed()
    {
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", _site);
        await using var sidecar = await RunningSidecar.StartAsync(project.Url());
        await project.GitAsync("switch", "--quiet", "--create", "trunk");
        await project.CommitAsync(("index.html", "trunk"));
        var unmoved = await sidecar.SyncAsync();
        await project.OnServerAsync("symbolic-ref", "HEAD", "refs/heads/trunk");

        var record = await sidecar.SyncAsync();

        Assert.Equal((SyncResult.Unchanged, SyncResult.Published), (unmoved.Result, record.Result));
        Assert.Equal("trunk", sidecar.Read("index.html"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Tag_LeadsToItsCommit_AndIsFollowedWhenItMoves(bool isAnnotated)
    {
        string[] force = isAnnotated ? ["--force", "--annotate", "--message=m"] : ["--force"];
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", _site);
        await project.GitAsync(["tag", .. force, "v1"]);
        var commit = await project.CommitAsync(("index.html", "untagged"));
        await project.GitAsync("push", "--quiet", "origin", "v1");
        await using var sidecar = await RunningSidecar.StartAsync(project.Url("?ref=v1"));
        var first = sidecar.Read("index.html");
        await project.GitAsync(["tag", .. force, "v1"]);
        await project.GitAsync("push", "--quiet", "--force", "origin", "v1");

        var record = await sidecar.SyncAsync();

        Assert.Equal(("one", SyncResult.Published, "untagged"), (first, record.Result, sidecar.Read("index.html")));
        Assert.Equal(commit, sidecar.Volume.ReadCurrent()!.Manifest.Source.Revision);
        Assert.Equal(SyncResult.Unchanged, (await sidecar.SyncAsync()).Result);
    }

    [Fact]
    public async Task Branch_ComesBeforeATagOfItsName()
    {
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", _site);
        await project.GitAsync("tag", "same");
        await project.GitAsync("push", "--quiet", "origin", "same");
        await project.GitAsync("switch", "--quiet", "--create", "same");
        await project.CommitAsync(("index.html", "branch"));

        await using var branch = await RunningSidecar.StartAsync(project.Url("?ref=same"));
        await using var tag = await RunningSidecar.StartAsync(project.Url("?ref=tags/same"));

        Assert.Equal(("branch", "one"), (branch.Read("index.html"), tag.Read("index.html")));
    }

    [Fact]
    public async Task DeletedBranch_LeavesWhatIsServed_UntilItIsBack()
    {
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", _site);
        await project.GitAsync("push", "--quiet", "origin", "HEAD:refs/heads/live");
        await using var sidecar = await RunningSidecar.StartAsync(project.Url("?ref=live"));
        await project.GitAsync("push", "--quiet", "--delete", "origin", "live");
        var gone = await sidecar.SyncAsync();
        var served = sidecar.Read("index.html");
        await project.CommitAsync(("index.html", "back"));
        await project.GitAsync("push", "--quiet", "origin", "HEAD:refs/heads/live");

        var back = await sidecar.SyncAsync();

        Assert.Equal(SyncResult.Failed, gone.Result);
        Assert.Equal($"The repository {project.Url()["git+".Length..]} has no branch and no tag 'live'; ?ref= names another.", gone.Error);
        Assert.Equal(("one", SyncResult.Published, "back"), (served, back.Result, sidecar.Read("index.html")));
    }

    [Fact]
    public async Task EmptyRepository_FailsByName_UntilItsFirstCommit()
    {
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git");
        await using var sidecar = await RunningSidecar.StartAsync(project.Url());
        var empty = sidecar.Last.Error;
        await project.GitAsync("switch", "--quiet", "--create", "other");
        await project.CommitAsync(_site);
        var unborn = (await sidecar.SyncAsync()).Error;
        await project.GitAsync("push", "--quiet", "origin", "HEAD:main");

        var record = await sidecar.SyncAsync();

        Assert.Contains(" is empty; ", empty, StringComparison.Ordinal);
        Assert.Contains(" has no default branch: its HEAD leads to no commit; ", unborn, StringComparison.Ordinal);
        Assert.Equal(SyncResult.Published, record.Result);
    }

    [Fact]
    public async Task SubPath_PublishesThatFolderAlone()
    {
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", ("readme.md", "r"), ("sites/my site/index.html", "one"));
        await using var sidecar = await RunningSidecar.StartAsync(project.Url("?path=sites/my%20site"));
        var first = sidecar.Volume.ReadCurrent()!.Manifest.Files.Select(f => f.Path);
        await project.CommitAsync(("readme.md", "outside"));
        var outside = await sidecar.SyncAsync();
        await project.GitAsync("mv", "sites", "pages");
        await project.CommitAsync();
        var gone = await sidecar.SyncAsync();
        var again = await sidecar.SyncAsync();

        Assert.Equal(["index.html"], first);
        Assert.Equal(SyncResult.Unchanged, outside.Result);
        Assert.Equal((SyncResult.Rejected, SyncResult.Rejected), (gone.Result, again.Result));
        Assert.Contains("there is no folder 'sites/my site' in it", gone.Error, StringComparison.Ordinal);
        Assert.Equal("one", sidecar.Read("index.html"));
    }

    [Fact]
    public async Task TagOfNoCommit_FailsByName()
    {
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", _site);
        await project.GitAsync("tag", "blob", "HEAD:index.html");
        await project.GitAsync("push", "--quiet", "origin", "blob");

        await using var sidecar = await RunningSidecar.StartAsync(project.Url("?ref=blob"));

        Assert.Equal((SyncResult.Failed, $"'blob' of {project.Url("?ref=blob")} leads to no commit."), (sidecar.Last.Result, sidecar.Last.Error));
    }

    /// <summary>How many objects the sidecar has fetched.</summary>
    internal static async Task<int> CountObjectsAsync(RunningSidecar sidecar)
    {
        var cache = Assert.Single(Directory.GetDirectories(sidecar.Volume.CacheDirectory));
        var objects = await GitProject.RunAsync(cache, "cat-file", "--batch-all-objects", "--batch-check", "--unordered");
        return objects.Split('\n').Length;
    }
}
