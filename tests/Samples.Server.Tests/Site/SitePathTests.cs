namespace Samples.Server.Tests;

public sealed class SitePathTests
{
    [Theory]
    [InlineData("index.html", true)]
    [InlineData("a/b/c.txt", true)]
    [InlineData("..a/b..", true)]
    [InlineData("", false)]
    [InlineData("/etc/passwd", false)]
    [InlineData("../release.json", false)]
    [InlineData("a/../../b", false)]
    [InlineData("a/./b", false)]
    [InlineData("a//b", false)]
    [InlineData("a/", false)]
    [InlineData("a\0b", false)]
    public void IsSound_AcceptsNamesOnly(string path, bool sound) => Assert.Equal(sound, SitePath.IsSound(path));

    [Theory]
    [InlineData("index.html", true)]
    [InlineData(".well-known/security.txt", true)]
    [InlineData(".well-known", false)]
    [InlineData(".well-known/.secret", false)]
    [InlineData("a/.well-known/b", false)]
    [InlineData(".env", false)]
    [InlineData("a/.git/config", false)]
    public void IsServed_LeavesOutDotFiles_ExceptWellKnown(string path, bool served) => Assert.Equal(served, SitePath.IsServed(path));
}
