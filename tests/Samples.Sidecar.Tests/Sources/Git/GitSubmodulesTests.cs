using Samples.Sidecar.Sources.Git;

namespace Samples.Sidecar.Tests.Sources.Git;

public sealed class GitSubmodulesTests
{
    [Theory]
    [InlineData("https://host/team/site.git", "../theme.git", "https://host/team/theme.git")]
    [InlineData("https://host/team/site.git", "./theme.git", "https://host/team/site.git/theme.git")]
    [InlineData("https://host/team/site.git", "../../other/theme", "https://host/other/theme")]
    [InlineData("https://host/team/site.git", "https://elsewhere/theme.git/", "https://elsewhere/theme.git")]
    [InlineData("http://host/site.git", "http://host/theme.git", "http://host/theme.git")]
    [InlineData("https://host/site.git", "http://host/theme.git", null)]
    [InlineData("https://host/site.git", "ssh://git@host/theme.git", null)]
    [InlineData("https://host/site.git", "/srv/theme.git", null)]
    [InlineData("https://host/site.git", "https://user@host/theme.git", null)]
    public void Address_IsRelativeToTheParents_AndNoLessSafe(string parent, string url, string? address)
    {
        Assert.Equal(address, GitSubmodules.Resolve(new Uri(parent), url)?.AbsoluteUri);
    }

    [Fact]
    public void ModulesFile_IsReadAsGitWritesIt()
    {
        var modules = GitSubmodules.Parse("# a comment\n[submodule \"a\"]\n\tpath = themes/a\n\turl = ../a.git\n\tbranch = main\n[submodule \"b\"]\r\n\tURL=\"https://host/b.git\"\r\n\tpath=b/\r\n[other]\n\tpath = c\n");

        Assert.Equal(new Dictionary<string, string> { ["themes/a"] = "../a.git", ["b"] = "https://host/b.git" }, modules);
    }
}
