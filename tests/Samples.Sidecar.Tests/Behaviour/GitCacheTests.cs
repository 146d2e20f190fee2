using Samples.SharedVolume;
using Samples.Sidecar.Sync;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Behaviour;

/// <summary>What is kept of a repository between syncs: it is bounded, and mends itself.</summary>
public sealed class GitCacheTests : IDisposable
{
    private static readonly (string, string)[] _site = [("index.html", "one"), ("css/style.css", "body { }")];
    private readonly TemporaryFolder _volume = new();

    private string Cache => Assert.Single(Directory.GetDirectories(new Volume(_volume.Path).CacheDirectory));

    /// <summary>Lines of shell, run in the cache before the next sync.</summary>
    public static TheoryData<string> Damages =>
    [
        "rm HEAD", "echo garbage >HEAD", "echo '[garbage' >config", "rm -r objects", "rm -r refs", "rm objects/pack/*.pack", "rm objects/pack/*.idx",
        "chmod u+w objects/pack/*; for f in objects/pack/*.pack; do echo garbage >$f; done", "chmod u+w objects/pack/*; for f in objects/pack/*.idx; do echo garbage >$f; done",
        "chmod u+w objects/pack/*; for f in objects/pack/*.pack; do truncate -s 40 $f; done", "echo 1111111111111111111111111111111111111111 >refs/sidecar/fetched",
        "echo garbage >shallow", "rm -rf ./*", "rm -rf ../*",
        "touch HEAD.lock config.lock shallow.lock packed-refs.lock refs/sidecar/fetched.lock objects/pack/pack-1.lock objects/pack/tmp_pack_1 objects/pack/pack-2.pack objects/pack/pack-3.idx",
    ];

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task DamagedCache_IsMended_AfterARestart(string damage)
    {
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", _site);
        await using (await RunningSidecar.StartAsync(project.Url(), _volume.Path))
        {
        }

        await RunAsync(damage);
        await project.CommitAsync(("index.html", "two"));
        await using var sidecar = await RunningSidecar.StartAsync(project.Url(), _volume.Path);

        await PublishedAsync(sidecar, "two");
        Assert.Empty(Directory.GetFiles(Cache, "*.lock", SearchOption.AllDirectories));
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task DamagedCache_IsMended_WhileTheSidecarRuns(string damage)
    {
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", _site);
        await using var sidecar = await RunningSidecar.StartAsync(project.Url(), _volume.Path);

        await RunAsync(damage);
        await project.CommitAsync(("index.html", "two"));

        await PublishedAsync(sidecar, "two");
    }

    [Fact]
    public async Task ReleaseRemoved_IsMadeAgain_WithoutAFetch()
    {
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", _site);
        await using var sidecar = await RunningSidecar.StartAsync(project.Url(), _volume.Path);
        Directory.Delete(sidecar.Volume.DirectoryOf(sidecar.Volume.ReadCurrentId()!), recursive: true);
        var before = await server.RequestsAsync();

        var record = await sidecar.SyncAsync();

        Assert.Equal(SyncResult.Published, record.Result);
        Assert.Equal(["- GET /site.git/info/refs 200"], (await server.RequestsAsync())[before.Length..]);
        sidecar.AssertServes(record.Release!);
    }

    [Fact]
    public async Task LinkRemoved_IsMadeAgain()
    {
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", _site);
        await using var sidecar = await RunningSidecar.StartAsync(project.Url(), _volume.Path);
        var release = sidecar.Volume.ReadCurrentId()!;
        File.Delete(sidecar.Volume.CurrentLink);

        await sidecar.SyncAsync();

        sidecar.AssertServes(release);
    }

    [Fact]
    public async Task Commits_DoNotPileUp()
    {
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", [.. _site, ("large.bin", new string('x', 100))]);
        await using var sidecar = await RunningSidecar.StartAsync(project.Url(), _volume.Path);
        var most = 0;

        for (var i = 0; i < 60; i++)
        {
            await project.CommitAsync(("index.html", $"{i}"), ($"pages/{i % 7}.html", $"{i}"));
            Assert.Equal(SyncResult.Published, (await sidecar.SyncAsync()).Result);
            most = Math.Max(most, Directory.GetFiles(Path.Combine(Cache, "objects/pack"), "*.pack").Length);
        }

        Assert.InRange(most, 2, 25);
        Assert.Equal("59", sidecar.Read("index.html"));
        Assert.Equal("", await GitProject.RunAsync(Cache, "fsck", "--no-dangling", "--no-progress"));
        Assert.Equal(await project.GitAsync("rev-parse", "HEAD"), await GitProject.RunAsync(Cache, "rev-parse", "refs/sidecar/fetched"));
        sidecar.AssertServes(sidecar.Volume.ReadCurrentId()!);
    }

    [Fact]
    public async Task ReplacedContent_DoesNotPileUp()
    {
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", _site);
        await using var sidecar = await RunningSidecar.StartAsync(project.Url(), _volume.Path);

        for (var i = 0; i < 6; i++)
        {
            // It does not compress, and no two have anything in common.
            await project.CommitAsync(("large.bin", Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(6 << 20))));
            Assert.Equal(SyncResult.Published, (await sidecar.SyncAsync()).Result);
        }

        await project.CommitAsync(("index.html", "last"));
        await sidecar.SyncAsync();
        var size = !Directory.Exists(Cache) ? 0 : Directory.GetFiles(Cache, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);
        Assert.InRange(size, 0, 30 << 20);
        Assert.Equal("last", sidecar.Read("index.html"));
    }

    [Fact]
    public async Task CachesOfFormerSources_GoInTheEnd()
    {
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", _site);
        var (old, recent) = (_volume.Write(".cache/old/HEAD", ""), _volume.Write(".cache/recent/HEAD", ""));
        Directory.SetLastWriteTimeUtc(Path.GetDirectoryName(old)!, DateTime.UtcNow.AddDays(-8));

        await using var sidecar = await RunningSidecar.StartAsync(project.Url(), _volume.Path);

        Assert.Equal((false, true), (File.Exists(old), File.Exists(recent)));
    }

    [Fact]
    public async Task LargeFiles_AreStreamed_AndDamageInThemIsFound()
    {
        await using var server = await GitServer.StartAsync();
        var text = Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(3 << 20));
        using var project = await GitProject.CreateAsync(server, "site.git", [.. _site, ("large.bin", text)]);
        await using var sidecar = await RunningSidecar.StartAsync(project.Url(), _volume.Path);
        var whole = sidecar.Read("large.bin") == text;
        var pack = Assert.Single(Directory.GetFiles(Path.Combine(Cache, "objects/pack"), "*.pack"));
        File.SetUnixFileMode(pack, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using (var handle = File.OpenHandle(pack, FileMode.Open, FileAccess.Write))
            RandomAccess.Write(handle, new byte[1000], RandomAccess.GetLength(handle) / 2);
        // What is served is gone, and what it could be made of again is damaged.
        Directory.Delete(sidecar.Volume.DirectoryOf(sidecar.Volume.ReadCurrentId()!), recursive: true);

        await PublishedAsync(sidecar, "one");

        Assert.True(whole);
        Assert.Equal(text, sidecar.Read("large.bin"));
    }

    public void Dispose() => _volume.Dispose();

    /// <summary>A sync may have to find the damage first; the next one has mended it.</summary>
    private static async Task PublishedAsync(RunningSidecar sidecar, string text)
    {
        for (var i = 0; i < 2 && (!File.Exists(Path.Combine(sidecar.Volume.CurrentLink, "www/index.html")) || sidecar.Read("index.html") != text); i++)
            await sidecar.SyncAsync();

        Assert.True(sidecar.Last.IsSuccess, sidecar.Last.Error);
        Assert.Equal(text, sidecar.Read("index.html"));
        sidecar.AssertServes(sidecar.Volume.ReadCurrentId()!);
    }

    private Task<string> RunAsync(string line) => GitProject.RunAsync(Cache, "--git-dir=/nowhere", "-c", $"alias.line=!{line}", "line");
}
