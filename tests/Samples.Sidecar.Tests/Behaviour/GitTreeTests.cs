using Samples.Sidecar.Sync;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Behaviour;

/// <summary>What of a commit's tree becomes a file of the release.</summary>
public sealed class GitTreeTests
{
    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    [Fact]
    public async Task Links_AreFollowed_ToFilesAndFoldersOfTheRepository()
    {
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", ("shared/logo.svg", "logo"), ("shared/fonts/a.woff", "font"), ("public/index.html", "one"));
        File.CreateSymbolicLink(project["public/logo.svg"], "../shared/logo.svg");
        File.CreateSymbolicLink(project["public/assets"], "../shared");
        File.CreateSymbolicLink(project["shared/again.svg"], "./../public/logo.svg");
        await project.CommitAsync();

        await using var sidecar = await RunningSidecar.StartAsync(project.Url("?path=public"));

        Assert.Equal(
            ["assets/again.svg", "assets/fonts/a.woff", "assets/logo.svg", "index.html", "logo.svg"],
            sidecar.Volume.ReadCurrent()!.Manifest.Files.Select(f => f.Path));
        Assert.Equal("logo", sidecar.Read("assets/again.svg"));
    }

    [Fact]
    public async Task Link_ShowsWhatItLeadsTo_WhenOnlyThatChanges()
    {
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", ("shared/logo.svg", "logo"), ("shared/same.svg", "same"), ("public/index.html", "one"));
        File.CreateSymbolicLink(project["public/logo.svg"], "../shared/logo.svg");
        File.CreateSymbolicLink(project["public/assets"], "../shared");
        await project.CommitAsync();
        await using var sidecar = await RunningSidecar.StartAsync(project.Url("?path=public"));
        await project.CommitAsync(("shared/logo.svg", "new"));

        var record = await sidecar.SyncAsync();

        Assert.Equal(SyncResult.Published, record.Result);
        Assert.Equal(("new", "new"), (sidecar.Read("logo.svg"), sidecar.Read("assets/logo.svg")));
        Assert.Equal("one".Length + "same".Length, sidecar.Counters["sidecar.reused"]);
        sidecar.AssertServes(record.Release!);
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../../outside.txt")]
    [InlineData("nowhere")]
    [InlineData("link")]
    [InlineData("index.html/below")]
    [InlineData("index.html/../index.html")]
    public async Task Link_IsRejectedByName_WhenItLeadsOutOrNowhere(string target)
    {
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", ("a/index.html", "one"));
        File.CreateSymbolicLink(project["a/link"], target);
        await project.CommitAsync();

        await using var sidecar = await RunningSidecar.StartAsync(project.Url());

        Assert.Equal((SyncResult.Rejected, "Refused 'a/link': the link leads out of the repository, into a submodule or nowhere."), (sidecar.Last.Result, sidecar.Last.Error));
    }

    [Fact]
    public async Task Link_IsPassedOver_WhenItLeadsOutAndIsExcluded()
    {
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", ("a/index.html", "one"));
        File.CreateSymbolicLink(project["a/link"], "../../outside.txt");
        await project.CommitAsync();

        await using var sidecar = await RunningSidecar.StartAsync(project.Url(), null, null, "--Sidecar:Exclude=a/link");

        Assert.Equal(["a/index.html"], sidecar.Volume.ReadCurrent()!.Manifest.Files.Select(file => file.Path));
    }

    [Fact]
    public async Task Link_IsRejectedByName_WhenItLeadsBackToAFolderThatItIsIn()
    {
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", ("a/b/index.html", "one"));
        File.CreateSymbolicLink(project["a/b/up"], "..");
        await project.CommitAsync();

        await using var sidecar = await RunningSidecar.StartAsync(project.Url());

        Assert.Equal((SyncResult.Rejected, "Refused 'a/b/up': the link leads back to a folder that it is in."), (sidecar.Last.Result, sidecar.Last.Error));
    }

    [Fact]
    public async Task Files_HaveTheTimeOfTheCommitThatChangedThem_AndNoExecutableBit()
    {
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", ("run.sh", "#!/bin/sh"));
        File.SetUnixFileMode(project["run.sh"], Executable);
        await project.CommitAsync();
        await using var sidecar = await RunningSidecar.StartAsync(project.Url());
        var time = await project.GitAsync("log", "-1", "--format=%ct");

        var file = new FileInfo(Path.Combine(sidecar.Volume.CurrentLink, "www/run.sh"));

        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(long.Parse(time, System.Globalization.CultureInfo.InvariantCulture)).UtcDateTime, file.LastWriteTimeUtc);
        Assert.False(file.UnixFileMode.HasFlag(UnixFileMode.UserExecute));
    }

    [Fact]
    public async Task LfsPointers_ArePublishedAsTheyAre_AndToldOnce()
    {
        const string Pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n";
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", ("a.psd", Pointer), ("b.psd", Pointer));

        await using var sidecar = await RunningSidecar.StartAsync(project.Url());

        Assert.Equal(Pointer, sidecar.Read("b.psd"));
        Assert.Contains("Git LFS pointer", Assert.Single(sidecar.Log, line => line.StartsWith("Warning", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Globs_PassOver_WhatIsNotRead()
    {
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", ("index.html", "one"), ("notes/todo.md", "todo"));
        await using var sidecar = await RunningSidecar.StartAsync(project.Url(), settings: ["--Sidecar:Exclude=notes/**"]);
        await project.CommitAsync(("index.html", "two"), ("notes/todo.md", "done"));

        await sidecar.SyncAsync();

        Assert.Equal(["index.html"], sidecar.Volume.ReadCurrent()!.Manifest.Files.Select(f => f.Path));
        Assert.Equal("two", sidecar.Read("index.html"));
    }

    [Theory]
    [InlineData("--Sidecar:Limits:MaxFileBytes=100", "Refused 'b/large.bin': it is larger than the limit of 100 bytes a file.")]
    [InlineData("--Sidecar:Limits:MaxBytes=150", "Refused 'b/large.bin': with it the release is larger than the limit of 150 bytes.")]
    [InlineData("--Sidecar:Limits:MaxFiles=1", "Refused 'b/large.bin': it is beyond the limit of 1 files.")]
    public async Task Limits_RejectByName(string limit, string error)
    {
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", ("a.txt", new string('a', 60)), ("b/large.bin", new string('b', 101)));

        await using var sidecar = await RunningSidecar.StartAsync(project.Url(), settings: [limit]);

        Assert.Equal((SyncResult.Rejected, error), (sidecar.Last.Result, sidecar.Last.Error));
    }

    [Fact]
    public async Task FoldersWithoutEnd_AreRejected()
    {
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", ("index.html", "one"));
        // Ten folders in each of ten in each of ten …: 50 objects, a thousand million folders, and not one file.
        var tree = await project.GitAsync("mktree");
        for (var level = 0; level < 9; level++)
        {
            project.Write("tree", string.Concat(Enumerable.Range(0, 10).Select(i => $"040000 tree {tree}\t{i}\n")));
            tree = await project.ShellAsync("git mktree <tree");
        }

        var commit = await project.GitAsync("commit-tree", tree, "-m", "bomb");
        await project.GitAsync("push", "--quiet", "--force", "origin", $"{commit}:main");

        await using var sidecar = await RunningSidecar.StartAsync(project.Url(), settings: ["--Sidecar:Limits:MaxFiles=1000"]);

        Assert.Equal(SyncResult.Rejected, sidecar.Last.Result);
        Assert.EndsWith("it is beyond the limit of 32000 folders.", sidecar.Last.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("100644", "a\\b.txt", "has a backslash in it")]
    [InlineData("100644", "..", "has '..' in it")]
    public async Task HostileNames_AreRejected(string mode, string name, string problem)
    {
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", ("index.html", "one"));
        var blob = await project.GitAsync("hash-object", "-w", "index.html");
        project.Write("tree", $"{mode} blob {blob}\t{name}\n");
        var tree = await project.ShellAsync("git mktree <tree");
        var commit = await project.GitAsync("commit-tree", tree, "-m", "hostile");
        await project.GitAsync("push", "--quiet", "--force", "origin", $"{commit}:main");

        await using var sidecar = await RunningSidecar.StartAsync(project.Url());

        Assert.Equal(SyncResult.Rejected, sidecar.Last.Result);
        Assert.Contains(problem, sidecar.Last.Error, StringComparison.Ordinal);
    }
}
