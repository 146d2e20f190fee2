using Microsoft.AspNetCore.Http;
using Samples.Sidecar.Sync;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Behaviour;

/// <summary>A Git server that is away, slow, moved, or wants to know who asks.</summary>
public sealed class GitServerTroubleTests : IDisposable
{
    private static readonly (string, string)[] _site = [("index.html", "one")];
    private readonly TemporaryFolder _secrets = new();

    [Fact]
    public async Task UnreachableAtStart_FailsUntilTheServerIsThere()
    {
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", _site);
        await server.StopAsync();
        await using var sidecar = await RunningSidecar.StartAsync(project.Url());
        var away = sidecar.Last;
        await server.StartAgainAsync();

        var record = await sidecar.SyncAsync();

        Assert.Equal(SyncResult.Failed, away.Result);
        Assert.StartsWith($"GET {project.Url()["git+".Length..]}/info/refs failed: Connection refused", away.Error, StringComparison.Ordinal);
        Assert.Equal((SyncResult.Published, "one"), (record.Result, sidecar.Read("index.html")));
    }

    [Fact]
    public async Task UnreachableLater_LeavesWhatIsServed_AndCatchesUp()
    {
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", _site);
        await using var sidecar = await RunningSidecar.StartAsync(project.Url());
        await server.StopAsync();
        await project.CommitAsync(("index.html", "two"));
        var away = await sidecar.SyncAsync();
        var served = sidecar.Read("index.html");
        await server.StartAgainAsync();

        var record = await sidecar.SyncAsync();

        Assert.Equal((SyncResult.Failed, "one"), (away.Result, served));
        Assert.Equal((SyncResult.Published, "two"), (record.Result, sidecar.Read("index.html")));
    }

    [Fact]
    public async Task RepositoryGone_AndBack()
    {
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", _site);
        await using var sidecar = await RunningSidecar.StartAsync(project.Url());
        Directory.Move(project.BarePath, project.BarePath + ".away");
        var gone = await sidecar.SyncAsync();
        Directory.Move(project.BarePath + ".away", project.BarePath);

        var back = await sidecar.SyncAsync();

        Assert.Equal((SyncResult.Failed, $"GET {project.Url()["git+".Length..]}/info/refs answered 404 Not Found."), (gone.Result, gone.Error));
        Assert.Equal(SyncResult.Unchanged, back.Result);
    }

    [Fact]
    public async Task SlowServer_WithAShortTimeout_TimesOut_AndNothingIsLeftOver()
    {
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", _site);
        await using var sidecar = await RunningSidecar.StartAsync(project.Url(), settings: ["--Sidecar:Timeout=00:00:01"]);
        await project.CommitAsync(("index.html", "two"));
        server.Hold();
        var slow = await sidecar.SyncAsync();
        var staging = Directory.EnumerateFileSystemEntries(sidecar.Volume.StagingDirectory).ToArray();
        server.Release();

        // The request that was given up may still be in the server's way.
        await Eventually.GetAsync(async () => (await sidecar.SyncAsync()).Result == SyncResult.Published ? "" : null, "the server to be itself again");

        Assert.Equal((SyncResult.Failed, "The sync took longer than Sidecar__Timeout allows, 00:00:01."), (slow.Result, slow.Error));
        Assert.Empty(staging);
        Assert.Equal("two", sidecar.Read("index.html"));
    }

    [Fact]
    public async Task SlowServer_WithALongTimeout_IsWaitedFor()
    {
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", _site);
        await using var sidecar = await RunningSidecar.StartAsync(project.Url());
        var commit = await project.CommitAsync(("index.html", "two"));
        server.Hold();
        var sync = sidecar.SyncAsync();
        await server.WhenHeldAsync();
        server.Release();

        var record = await sync.WaitAsync(Eventually.Deadline, TestContext.Current.CancellationToken);

        Assert.Equal((SyncResult.Published, commit), (record.Result, sidecar.Volume.ReadCurrent()!.Manifest.Source.Revision));
    }

    [Fact]
    public async Task ServerThatNeverAnswers_TimesOut()
    {
        await using var server = new RawServer(RawServer.HangAsync);

        await using var sidecar = await RunningSidecar.StartAsync("git+" + server.Url("site.git"), settings: ["--Sidecar:Timeout=00:00:01"]);

        Assert.Equal((SyncResult.Failed, "The sync took longer than Sidecar__Timeout allows, 00:00:01."), (sidecar.Last.Result, sidecar.Last.Error));
    }

    [Fact]
    public async Task Stop_IsNotHeldUp_ByAServerThatNeverAnswers()
    {
        await using var server = new RawServer(RawServer.HangAsync);
        using var volume = new TemporaryFolder();
        await using var sidecar = SidecarProcess.StartLoop("git+" + server.Url("site.git"), volume.Path);
        await server.Asked;

        await sidecar.SignalAsync("TERM");

        Assert.Equal(0, await sidecar.ExitAsync());
    }

    [Fact]
    public async Task AddressThatIsNoRepository_FailsByName()
    {
        await using var server = await ArchiveServer.StartAsync();
        server.Answer = context => Results.Text("<html>", "text/html").ExecuteAsync(context);

        await using var sidecar = await RunningSidecar.StartAsync("git+" + server.Url("site.git"));

        Assert.Equal($"GET {server.Url("site.git")}/info/refs answered with text/html, not as a Git server; is the address a repository's?", sidecar.Last.Error);
        Assert.Equal("/site.git/info/refs?service=git-upload-pack", Assert.Single(server.Requests).Target);
    }

    [Theory]
    [InlineData("this is not the protocol at all")]
    [InlineData("001e# service=git-upload-pack\n0000fffe")]
    [InlineData("001e# service=git-upload-pack\n0000003fffffffffffffffffffffffffffffffffffffffff refs/heads/main\0shallow\n0000")]
    public async Task GarbledAdvertisement_FailsOnce_AndCrashesNothing(string answer)
    {
        await using var server = await ArchiveServer.StartAsync();
        server.Answer = context => Results.Bytes(System.Text.Encoding.ASCII.GetBytes(answer), "application/x-git-upload-pack-advertisement").ExecuteAsync(context);

        await using var sidecar = await RunningSidecar.StartAsync("git+" + server.Url("site.git"), settings: ["--Sidecar:Timeout=00:00:10"]);

        Assert.Equal(SyncResult.Failed, sidecar.Last.Result);
        Assert.Contains($"git+{server.Url("site.git")} ", sidecar.Last.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EndlessAdvertisement_IsCutOff()
    {
        await using var server = await ArchiveServer.StartAsync();
        server.Answer = async context =>
        {
            context.Response.ContentType = "application/x-git-upload-pack-advertisement";
            await context.Response.WriteAsync("001e# service=git-upload-pack\n0000", context.RequestAborted);
            for (var i = 0; !context.RequestAborted.IsCancellationRequested; i++)
                await context.Response.WriteAsync($"0046{i:x40} refs/heads/branch-{i:x6}\n", context.RequestAborted);
        };

        await using var sidecar = await RunningSidecar.StartAsync("git+" + server.Url("site.git"), settings: ["--Sidecar:Timeout=00:00:40"]);

        Assert.StartsWith($"The answer of git+{server.Url("site.git")} is larger than the limits allow", sidecar.Last.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirect_IsFollowed_AndTheFetchGoesWhereItLed()
    {
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", _site);

        await using var sidecar = await RunningSidecar.StartAsync(server.Url("moved/site.git"));

        Assert.Equal("one", sidecar.Read("index.html"));
    }

    [Fact]
    public async Task Password_IsReadAgain_WhenItWasRotated()
    {
        await using var server = await GitServer.StartAsync(asksPassword: true);
        server.SetPassword("reader", "old");
        using var project = await GitProject.CreateAsync(server, "site.git", _site);
        await using var sidecar = await RunningSidecar.StartAsync(project.Url(), settings: ["--Sidecar:Username=reader", $"--Sidecar:PasswordPath={_secrets.Write("password", "old\n")}"]);
        await project.CommitAsync(("index.html", "two"));
        server.SetPassword("reader", "new");
        var refused = await sidecar.SyncAsync();
        _secrets.Write("password", "new\n");

        var record = await sidecar.SyncAsync();

        Assert.Equal(
            (SyncResult.Failed, $"GET {project.Url()["git+".Length..]}/info/refs answered 401 Unauthorized; the server wants other credentials."),
            (refused.Result, refused.Error));
        Assert.Equal((SyncResult.Published, "two"), (record.Result, sidecar.Read("index.html")));
        Assert.Equal(["reader GET /site.git/info/refs 200", "reader POST /site.git/git-upload-pack 200"], (await server.RequestsAsync())[..2]);
    }

    [Fact]
    public async Task WrongPassword_AndNoneAtAll_FailWithoutALeak()
    {
        await using var server = await GitServer.StartAsync(asksPassword: true);
        server.SetPassword("reader", "right");
        using var project = await GitProject.CreateAsync(server, "site.git", _site);

        await using var none = await RunningSidecar.StartAsync(project.Url());
        await using var wrong = await RunningSidecar.StartAsync(project.Url(), settings: ["--Sidecar:Username=reader", $"--Sidecar:PasswordPath={_secrets.Write("password", "canary")}"]);

        Assert.Equal(none.Last.Error, wrong.Last.Error);
        Assert.Contains("401 Unauthorized", wrong.Last.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", string.Join('\n', wrong.Log) + await wrong.GetAsync("/status"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FlakyAuthentication_CostsASyncEach_AndNothingElse()
    {
        await using var server = await GitServer.StartAsync(asksPassword: true);
        using var project = await GitProject.CreateAsync(server, "site.git", _site);
        string[] settings = ["--Sidecar:Username=reader", $"--Sidecar:PasswordPath={_secrets.Write("password", "right")}"];
        server.SetPassword("reader", "right");
        await using var sidecar = await RunningSidecar.StartAsync(project.Url(), settings: settings);

        for (var i = 0; i < 3; i++)
        {
            await project.CommitAsync(("index.html", $"{i}"));
            server.SetPassword("nobody", "right");
            var refused = await sidecar.SyncAsync();
            server.SetPassword("reader", "right");
            var record = await sidecar.SyncAsync();
            Assert.Equal((SyncResult.Failed, SyncResult.Published, $"{i}"), (refused.Result, record.Result, sidecar.Read("index.html")));
        }
    }

    [Fact]
    public async Task Token_IsSentWithEveryRequest()
    {
        await using var server = await GitServer.StartAsync(token: "canary");
        using var project = await GitProject.CreateAsync(server, "site.git", _site);

        await using var sidecar = await RunningSidecar.StartAsync(project.Url(), settings: [$"--Sidecar:TokenPath={_secrets.Write("token", "canary")}"]);

        Assert.Equal("one", sidecar.Read("index.html"));
    }

    [Fact]
    public async Task ForbiddenAddress_IsNotConnectedTo()
    {
        await using var sidecar = await RunningSidecar.StartAsync("git+http://169.254.169.254/site.git");

        Assert.Contains("a link-local or metadata address, which a source must not", sidecar.Last.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _secrets.Dispose();
}
