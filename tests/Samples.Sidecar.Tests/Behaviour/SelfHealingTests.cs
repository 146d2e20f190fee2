using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Samples.SharedVolume;
using Samples.Sidecar.Sync;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Behaviour;

/// <summary>Whatever a hand or another program does to the volume, the next sync mends it, without a restart.</summary>
public sealed class SelfHealingTests
{
    private const string Text = "hello, hello, hello; ";

    private static readonly byte[] _site = Tar.Of(("index.html", string.Concat(Enumerable.Repeat(Text, 50))), ("sub/b.txt", "b"));

    /// <summary>Ways to damage a volume, with what the repair is counted as.</summary>
    private static readonly Dictionary<string, (Action<Volume> Do, RepairReason Reason)> _damages = new()
    {
        ["current removed"] = (v => File.Delete(v.CurrentLink), RepairReason.Link),
        ["current replaced by a folder"] = (v => ReplaceLink(v, link => Directory.CreateDirectory(link + "/www")), RepairReason.Link),
        ["current replaced by a file"] = (v => ReplaceLink(v, link => File.WriteAllText(link, "by hand")), RepairReason.Link),
        ["current leads to no release"] = (v => ReplaceLink(v, link => File.CreateSymbolicLink(link, "releases/0123456789abcdef")), RepairReason.Link),
        ["current leads elsewhere"] = (v => ReplaceLink(v, link => File.CreateSymbolicLink(link, "/tmp")), RepairReason.Link),
        ["release removed"] = (v => Directory.Delete(Served(v), recursive: true), RepairReason.Link),
        ["release replaced by a file"] = (v => { Directory.Delete(Served(v), recursive: true); File.WriteAllText(v.DirectoryOf(v.ReadCurrentId()!), ""); }, RepairReason.Link),
        ["all of releases removed"] = (v => Directory.Delete(v.ReleasesDirectory, recursive: true), RepairReason.Link),
        ["all removed but what begins with a dot"] = (v => { Directory.Delete(v.ReleasesDirectory, recursive: true); File.Delete(v.CurrentLink); }, RepairReason.Link),
        ["manifest removed"] = (v => File.Delete(Served(v, "release.json")), RepairReason.Link),
        ["manifest of another version"] = (v => Edit(Served(v, "release.json"), text => text.Replace("\"schema\":1", "\"schema\":2", StringComparison.Ordinal)), RepairReason.Link),
        ["file removed"] = (v => File.Delete(Served(v, "www/sub/b.txt")), RepairReason.Release),
        ["file replaced by a link"] = (v => { File.Delete(Served(v, "www/sub/b.txt")); File.CreateSymbolicLink(Served(v, "www/sub/b.txt"), "/etc/hostname"); }, RepairReason.Release),
        ["file edited"] = (v => Edit(Served(v, "www/index.html"), text => text + "by hand"), RepairReason.Release),
        ["file edited, its size the same"] = (v => Edit(Served(v, "www/index.html"), text => text.Replace("hello", "HELLO", StringComparison.Ordinal)), RepairReason.Release),
        ["file added"] = (v => File.WriteAllText(Served(v, "www/added.html"), "by hand"), RepairReason.Release),
        ["folder removed"] = (v => Directory.Delete(Served(v, "www/sub"), recursive: true), RepairReason.Release),
        ["encoded form removed"] = (v => File.Delete(Served(v, "www/index.html.br")), RepairReason.Release),
        ["encoded form edited, its size the same"] = (v => Scramble(Served(v, "www/index.html.gz")), RepairReason.Release),
    };

    public static TheoryData<string> Damages => [.. _damages.Keys];

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Sync_Repairs(string damage)
    {
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(_site, "\"1\"");
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"));
        var id = sidecar.Volume.ReadCurrentId()!;
        var (damageIt, reason) = _damages[damage];

        damageIt(sidecar.Volume);
        var repaired = await sidecar.SyncAsync();
        sidecar.AssertServes(id);
        var repairs = sidecar.Board.Current.Repairs;
        var after = await sidecar.SyncAsync();

        Assert.True(repaired.IsSuccess, repaired.Error);
        Assert.Single(repairs, repair => repair.Reason == reason);
        Assert.Equal(1, sidecar.Counters["sidecar.repairs", reason.ToString().ToLowerInvariant()]);
        Assert.Contains(sidecar.Log, line => line.StartsWith($"Warning: Repaired the volume ({reason}): ", StringComparison.Ordinal));
        Assert.Null(ReleaseVerifier.FindChange(sidecar.Volume.ReadCurrent()!));
        Assert.Equal(SyncResult.Unchanged, after.Result);
        Assert.Equal(repairs, sidecar.Board.Current.Repairs);
    }

    [Fact]
    public async Task Sync_RepairsFromAFolder_WithoutSharingADamagedFile()
    {
        using var source = new TemporaryFolder();
        source.Write("index.html", "one");
        await using var sidecar = await RunningSidecar.StartAsync(source.Path);
        var id = sidecar.Volume.ReadCurrentId()!;
        await File.WriteAllTextAsync(Served(sidecar.Volume, "www/index.html"), "by hand", TestContext.Current.CancellationToken);

        await sidecar.SyncAsync();

        sidecar.AssertServes(id);
        Assert.Equal("one", sidecar.Read("index.html"));
    }

    [Fact]
    public async Task Repair_LeavesTheDamagedFilesThemselvesAlone_ForThoseWhoReadThem()
    {
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(_site, "\"1\"");
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"));
        using var reader = new StreamReader(Served(sidecar.Volume, "www/sub/b.txt"));
        await File.AppendAllTextAsync(Served(sidecar.Volume, "www/sub/b.txt"), "y hand", TestContext.Current.CancellationToken);

        await sidecar.SyncAsync();

        Assert.Equal("b", sidecar.Read("sub/b.txt"));
        Assert.Equal("by hand", await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Sync_TakesATouchedFileForSound_OnceItHasReadIt()
    {
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(_site, "\"1\"");
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"));

        File.SetLastWriteTimeUtc(Served(sidecar.Volume, "www/index.html"), DateTime.UtcNow);
        var record = await sidecar.SyncAsync();

        Assert.Equal((SyncResult.Unchanged, 0), (record.Result, sidecar.Board.Current.Repairs.Count));
    }

    [Fact]
    public async Task Sync_RemovesWhatBelongsToNobody_AndNothingBesideItsOwnFolders()
    {
        using var volume = new TemporaryFolder();
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(_site, "\"1\"");
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"), volume.Path);
        var id = sidecar.Volume.ReadCurrentId()!;
        volume.Write("releases/junk/file", "");
        volume.Write("releases/0123456789abcdef/www/index.html", "no manifest");
        volume.Write(".staging/junk", "");
        volume.Write("lost+found/file", "");

        await sidecar.SyncAsync();

        sidecar.AssertServes(id);
        Assert.Equal([sidecar.Volume.DirectoryOf(id)], Directory.EnumerateFileSystemEntries(sidecar.Volume.ReleasesDirectory));
        Assert.Equal(3, sidecar.Counters["sidecar.repairs", "leftover"]);
        Assert.True(File.Exists(volume["lost+found/file"]));
    }

    [Fact]
    public async Task Sync_GoesOn_WhenItsFoldersWereRemoved()
    {
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(_site, "\"1\"");
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"));
        Directory.Delete(sidecar.Volume.StagingDirectory, recursive: true);
        server.Serve(Tar.Of(("index.html", "two")), "\"2\"");

        var record = await sidecar.SyncAsync();

        Assert.Equal(SyncResult.Published, record.Result);
        sidecar.AssertServes(record.Release!);
        Assert.Equal(1, sidecar.Counters["sidecar.repairs", "folder"]);
    }

    [Fact]
    public async Task Auditor_FindsWhatNeitherSizeNorTimeTell_AndHasItRepaired()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(_site, "\"1\"");
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"), null, clock, "--Sidecar:VerifyInterval=00:10:00");
        var (id, path) = (sidecar.Volume.ReadCurrentId()!, Served(sidecar.Volume, "www/sub/b.txt"));
        var modified = File.GetLastWriteTimeUtc(path);
        await File.WriteAllTextAsync(path, "c", TestContext.Current.CancellationToken);
        File.SetLastWriteTimeUtc(path, modified);

        var unnoticed = await sidecar.SyncAsync();
        await Eventually.TrueAsync(() => { clock.Advance(TimeSpan.FromMinutes(10)); return sidecar.Board.Current.Repairs.Count > 0; }, "the repair");
        var repairs = sidecar.Board.Current.Repairs;

        Assert.Equal(SyncResult.Unchanged, unnoticed.Result);
        Assert.Equal((RepairReason.Release, $"'{path}' is not what it was when it was published"), (repairs[0].Reason, repairs[0].Problem));
        sidecar.AssertServes(id);
    }

    [Fact]
    public async Task Sync_SwitchesToARetainedRelease_WhenTheCurrentOneIsGoneAndTheSourceIsDown()
    {
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(Tar.Of(("index.html", "one")), "\"1\"");
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"));
        var one = sidecar.Volume.ReadCurrentId()!;
        server.Serve(Tar.Of(("index.html", "two")), "\"2\"");
        var two = (await sidecar.SyncAsync()).Release!;
        var answer = server.Answer;
        server.Answer = context =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        };

        Directory.Delete(sidecar.Volume.DirectoryOf(two), recursive: true);
        var down = await sidecar.SyncAsync();
        sidecar.AssertServes(one);
        server.Answer = answer;
        var up = await sidecar.SyncAsync();

        Assert.Equal(SyncResult.Failed, down.Result);
        Assert.Equal((SyncResult.Published, two), (up.Result, up.Release));
        sidecar.AssertServes(two);
    }

    [Fact]
    public async Task Sync_ServesWhatIsLeftOfADamagedRelease_UntilTheSourceIsBack()
    {
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(_site, "\"1\"");
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"));
        var id = sidecar.Volume.ReadCurrentId()!;
        var answer = server.Answer;
        server.Answer = context => context.Response.WriteAsync("not an archive", TestContext.Current.CancellationToken);
        File.Delete(Served(sidecar.Volume, "www/sub/b.txt"));

        var down = await sidecar.SyncAsync();
        var shown = (string?)(await sidecar.StatusAsync())["damage"];
        var (left, current) = (sidecar.Read("index.html"), sidecar.Volume.ReadCurrentId());
        server.Answer = answer;
        await sidecar.SyncAsync();

        Assert.False(down.IsSuccess);
        Assert.Equal(id, current);
        Assert.Equal($"'{Served(sidecar.Volume, "www/sub/b.txt")}' is missing", shown);
        Assert.Null((string?)(await sidecar.StatusAsync())["damage"]);
        Assert.StartsWith(Text, left, StringComparison.Ordinal);
        Assert.Contains(sidecar.Log, line => line.StartsWith("Warning: Found damage, which the source is asked to mend: '", StringComparison.Ordinal));
        sidecar.AssertServes(id);
    }

    [Fact]
    public async Task Pin_IsVoid_WhenItsReleaseAndAllOthersAreGone()
    {
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(Tar.Of(("index.html", "one")), "\"1\"");
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"));
        server.Serve(Tar.Of(("index.html", "two")), "\"2\"");
        await sidecar.SyncAsync();
        using var pinned = await sidecar.Http.PostAsync(new Uri("/control/rollback", UriKind.Relative), null, TestContext.Current.CancellationToken);

        Directory.Delete(sidecar.Volume.ReleasesDirectory, recursive: true);
        await sidecar.SyncAsync();

        Assert.Equal("two", sidecar.Read("index.html"));
        Assert.Null(sidecar.Volume.ReadPin());
        Assert.Equal(1, sidecar.Counters["sidecar.repairs", "pin"]);
    }

    [Theory]
    [InlineData("rm {0}/.lock")]
    [InlineData("rm {0}/.lock && touch {0}/.lock")]
    [InlineData("find {0} -mindepth 1 -delete; rm -f {0}/.lock")]
    public async Task Loop_EndsWithOne_WhenItsLockIsNotTheVolumesAnyMore(string command)
    {
        using var volume = new TemporaryFolder();
        using var source = new TemporaryFolder();
        source.Write("index.html", "hello");
        await using var sidecar = SidecarProcess.StartLoop(source.Path, volume.Path, "--Sidecar:Interval=00:00:00.1");
        await sidecar.LineAsync("Published release");

        await Shell.RunAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, command, volume.Path));

        Assert.Equal(1, await sidecar.ExitAsync());
        Assert.Contains(sidecar.Lines, line => line.Contains($"Failed: '{volume[".lock"]}' was removed or replaced, and with it the lock", StringComparison.Ordinal));
        await using var next = SidecarProcess.StartLoop(source.Path, volume.Path);
        await next.LineAsync("Syncing");
        await Eventually.TrueAsync(() => new Volume(volume.Path).ReadCurrent() is not null, "the next process to take the lock");
    }

    private static string Served(Volume volume, string path = "") => Path.Combine(volume.DirectoryOf(volume.ReadCurrentId()!), path);

    private static void Edit(string path, Func<string, string> edit) => File.WriteAllText(path, edit(File.ReadAllText(path)));

    private static void Scramble(string path) => File.WriteAllBytes(path, [.. File.ReadAllBytes(path).Reverse()]);

    private static void ReplaceLink(Volume volume, Action<string> make)
    {
        File.Delete(volume.CurrentLink);
        make(volume.CurrentLink);
    }
}
