using Microsoft.AspNetCore.Http;
using Samples.Sidecar.Sync;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Sync;

public sealed class RollbackTests
{
    [Fact]
    public async Task Rollback_SwapsAndPins_UntilUnpinned()
    {
        await using var server = await ArchiveServer.StartAsync();
        await using var sidecar = await StartWithTwoReleasesAsync(server);
        var (newer, older) = (sidecar.Volume.ReadCurrentId()!, sidecar.Board.Current.Retained.Single().Id);

        var (isSuccess, said) = await PostAsync(sidecar, "/control/rollback");
        var pinned = sidecar.Board.Current;
        server.Serve(Tar.Of(("index.html", "three")), "\"3\"");
        var sync = await sidecar.SyncAsync();

        Assert.True(isSuccess);
        Assert.Equal($"Release {older} is current and pinned; 'sidecar unpin' resumes the syncs.\n", said);
        Assert.Equal((SidecarState.Pinned, older, older), (pinned.State, pinned.Pinned, pinned.Release!.Id));
        Assert.Equal(newer, pinned.Retained.Single().Id);
        Assert.Equal((SyncResult.Pinned, "one"), (sync.Result, sidecar.Read("index.html")));
        Assert.Equal(2, server.Requests.Count);

        var unpinned = await PostAsync(sidecar, "/control/unpin");

        Assert.Equal((true, "Unpinned; the syncs have resumed.\n"), unpinned);
        Assert.Equal("three", sidecar.Read("index.html"));
        Assert.Equal((SidecarState.Synced, null), (sidecar.Board.Current.State, sidecar.Board.Current.Pinned));
    }

    [Fact]
    public async Task Unpin_BringsTheNewestBack_WhenTheSourceHasNotChanged()
    {
        await using var server = await ArchiveServer.StartAsync();
        await using var sidecar = await StartWithTwoReleasesAsync(server);
        await PostAsync(sidecar, "/control/rollback");

        await PostAsync(sidecar, "/control/unpin");

        Assert.Equal("two", sidecar.Read("index.html"));
    }

    [Fact]
    public async Task Rollback_TakesTheFirstDigitsOfAnId()
    {
        await using var server = await ArchiveServer.StartAsync();
        await using var sidecar = await StartWithTwoReleasesAsync(server);
        var older = sidecar.Board.Current.Retained.Single().Id;

        await PostAsync(sidecar, $"/control/rollback?id={older[..6]}");

        sidecar.AssertServes(older);
    }

    [Fact]
    public async Task Rollback_ChangesNothing_WhenThereIsNoSuchRelease()
    {
        await using var server = await ArchiveServer.StartAsync();
        await using var sidecar = await StartWithTwoReleasesAsync(server);
        var (newer, older) = (sidecar.Volume.ReadCurrentId()!, sidecar.Board.Current.Retained.Single().Id);

        var answer = await PostAsync(sidecar, "/control/rollback?id=zzz");

        Assert.Equal((false, $"There is no release zzz; retained are: {newer}, {older}.\n"), answer);
        Assert.Null(sidecar.Volume.ReadPin());
        sidecar.AssertServes(newer);
    }

    [Fact]
    public async Task Rollback_ChangesNothing_WhenTheReleaseWasTamperedWith()
    {
        await using var server = await ArchiveServer.StartAsync();
        await using var sidecar = await StartWithTwoReleasesAsync(server);
        var (newer, older) = (sidecar.Volume.ReadCurrentId()!, sidecar.Board.Current.Retained.Single().Id);
        await File.WriteAllTextAsync(Path.Combine(sidecar.Volume.DirectoryOf(older), "www/index.html"), "One", TestContext.Current.CancellationToken);

        var (isSuccess, text) = await PostAsync(sidecar, "/control/rollback");

        Assert.False(isSuccess);
        Assert.Matches($"^Release {older} is damaged: .*index.html'", text);
        sidecar.AssertServes(newer);
    }

    [Fact]
    public async Task Start_FinishesARollback_ThatWasKilledBetweenPinAndSwap()
    {
        using var volume = new TemporaryFolder();
        await using var server = await ArchiveServer.StartAsync();
        string older;
        await using (var sidecar = await StartWithTwoReleasesAsync(server, volume.Path))
            older = sidecar.Board.Current.Retained.Single().Id;
        volume.Write(".pin", older + "\n");

        await using var restarted = await RunningSidecar.StartAsync(server.Url("site.tar"), volume.Path);

        Assert.Equal(SyncResult.Pinned, restarted.Last.Result);
        restarted.AssertServes(older);
    }

    [Theory]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("Forwarded", "for=127.0.0.1")]
    [InlineData("Origin", "http://evil.example")]
    public async Task Control_IsNotFound_WhenTheRequestCameThroughAProxyOrFromAPage(string header, string value)
    {
        await using var server = await ArchiveServer.StartAsync();
        await using var sidecar = await StartWithTwoReleasesAsync(server);
        var id = sidecar.Volume.ReadCurrentId()!;
        sidecar.Http.DefaultRequestHeaders.Add(header, value);

        foreach (var verb in new[] { "sync", "rollback", "unpin" })
        {
            using var response = await sidecar.Http.PostAsync(new Uri($"/control/{verb}", UriKind.Relative), null, TestContext.Current.CancellationToken);
            Assert.Equal(StatusCodes.Status404NotFound, (int)response.StatusCode);
        }

        Assert.Equal(2, server.Requests.Count);
        sidecar.AssertServes(id);
    }

    private static async Task<RunningSidecar> StartWithTwoReleasesAsync(ArchiveServer server, string? volume = null)
    {
        server.Serve(Tar.Of(("index.html", "one")), "\"1\"");
        var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"), volume);
        server.Serve(Tar.Of(("index.html", "two")), "\"2\"");
        await sidecar.SyncAsync();
        return sidecar;
    }

    private static async Task<(bool IsSuccess, string Said)> PostAsync(RunningSidecar sidecar, string path)
    {
        using var response = await sidecar.Http.PostAsync(new Uri(path, UriKind.Relative), null, TestContext.Current.CancellationToken);
        return (response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
