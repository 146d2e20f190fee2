using Samples.Sidecar.Sync;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Behaviour;

public sealed class GitSubmoduleTests
{
    [Fact]
    public async Task Submodules_ArePassedOver_UnlessAskedFor()
    {
        await using var server = await GitServer.StartAsync();
        using var theme = await GitProject.CreateAsync(server, "theme.git", ("style.css", "body { }"));
        using var project = await GitProject.CreateAsync(server, "site.git", ("index.html", "one"));
        await AddAsync(project, theme, "themes/plain", "../theme.git");

        await using var without = await RunningSidecar.StartAsync(project.Url());
        await using var with = await RunningSidecar.StartAsync(project.Url("?submodules=true"));

        Assert.Equal([".gitmodules", "index.html"], without.Volume.ReadCurrent()!.Manifest.Files.Select(f => f.Path));
        Assert.Equal([".gitmodules", "index.html", "themes/plain/style.css"], with.Volume.ReadCurrent()!.Manifest.Files.Select(f => f.Path));
        Assert.Equal("body { }", with.Read("themes/plain/style.css"));
    }

    [Fact]
    public async Task Submodule_IsTheCommitThatItsParentNames_AndIsFetchedOnceOnly()
    {
        await using var server = await GitServer.StartAsync();
        using var theme = await GitProject.CreateAsync(server, "theme.git", ("style.css", "old"));
        using var project = await GitProject.CreateAsync(server, "site.git", ("index.html", "one"));
        await AddAsync(project, theme, "theme", "../theme.git");
        await theme.CommitAsync(("style.css", "new"));
        await using var sidecar = await RunningSidecar.StartAsync(project.Url("?submodules=true"));
        var pinned = sidecar.Read("theme/style.css");
        await project.CommitAsync(("index.html", "two"));
        var before = await server.RequestsAsync();
        await sidecar.SyncAsync();
        var requests = (await server.RequestsAsync())[before.Length..];
        await project.GitAsync("-C", "theme", "pull", "--quiet", theme.BarePath, "main");
        await project.CommitAsync();

        var record = await sidecar.SyncAsync();

        Assert.Equal("old", pinned);
        Assert.DoesNotContain(requests, line => line.Contains("theme.git", StringComparison.Ordinal));
        Assert.Equal((SyncResult.Published, "new"), (record.Result, sidecar.Read("theme/style.css")));
    }

    [Fact]
    public async Task Submodules_OfSubmodules_AreFetchedToo()
    {
        await using var server = await GitServer.StartAsync();
        using var font = await GitProject.CreateAsync(server, "font.git", ("a.woff", "font"));
        using var theme = await GitProject.CreateAsync(server, "theme.git", ("style.css", "body { }"));
        using var project = await GitProject.CreateAsync(server, "site.git", ("index.html", "one"));
        await AddAsync(theme, font, "fonts", "../font.git");
        await AddAsync(project, theme, "theme", "./../theme.git");

        await using var sidecar = await RunningSidecar.StartAsync(project.Url("?submodules=true"));

        Assert.Equal("font", sidecar.Read("theme/fonts/a.woff"));
    }

    [Theory]
    [InlineData("file:///etc", "Refused the submodule 'theme': it has an address that is neither https nor, below a repository over http, http.")]
    [InlineData("git@host:theme.git", "Refused the submodule 'theme': it has an address that is neither https nor, below a repository over http, http.")]
    [InlineData("http://user:canary@host/theme.git", "Refused the submodule 'theme': it has an address that is neither https nor, below a repository over http, http.")]
    [InlineData("", "Refused the submodule 'theme': it is not in .gitmodules.")]
    public async Task Submodule_IsRejectedByName_WhenItsAddressIsNotFetchedFrom(string url, string error)
    {
        await using var server = await GitServer.StartAsync();
        using var theme = await GitProject.CreateAsync(server, "theme.git", ("style.css", "old"));
        using var project = await GitProject.CreateAsync(server, "site.git", ("index.html", "one"));
        await AddAsync(project, theme, "theme", url);

        await using var sidecar = await RunningSidecar.StartAsync(project.Url("?submodules=true"));

        Assert.Equal((SyncResult.Rejected, error), (sidecar.Last.Result, sidecar.Last.Error));
    }

    [Fact]
    public async Task Submodule_OfAnotherServer_GetsNoCredentials()
    {
        await using var other = await ArchiveServer.StartAsync();
        await using var server = await GitServer.StartAsync(asksPassword: true);
        server.SetPassword("reader", "canary");
        using var secrets = new TemporaryFolder();
        using var theme = await GitProject.CreateAsync(server, "theme.git", ("style.css", "old"));
        using var project = await GitProject.CreateAsync(server, "site.git", ("index.html", "one"));
        await AddAsync(project, theme, "theme", other.Url("theme.git"));
        var authorization = "none came";
        other.Answer = context =>
        {
            authorization = context.Request.Headers.Authorization.ToString();
            return Microsoft.AspNetCore.Http.Results.NotFound().ExecuteAsync(context);
        };

        await using var sidecar = await RunningSidecar.StartAsync(project.Url("?submodules=true"), settings:
            ["--Sidecar:Username=reader", $"--Sidecar:PasswordPath={secrets.Write("password", "canary")}"]);

        Assert.Equal("", authorization);
        Assert.Equal((SyncResult.Failed, $"GET {other.Url("theme.git")}/info/refs answered 404 Not Found."), (sidecar.Last.Result, sidecar.Last.Error));
    }

    /// <summary>Puts one project into another, at the commit that it has now, and pushes that.</summary>
    private static async Task AddAsync(GitProject parent, GitProject child, string path, string url)
    {
        await parent.GitAsync("clone", "--quiet", child.BarePath, path);
        parent.Write(".gitmodules", url.Length == 0 ? "" : $"[submodule \"{path}\"]\n\tpath = {path}\n\turl = {url}\n");
        await parent.CommitAsync();
    }
}
