namespace Samples.Server.Tests;

public sealed class SiteNamesTests
{
    [Fact]
    public void Folder_IsNamed_ByTheFirstIndexThatIsThere()
    {
        var names = NamesOf("index.html index.htm", cleanUrls: true, "/a/index.htm", "/a/index.html", "/b/index.htm", "/c/home.html");

        Assert.Equal("/a/index.html", names["/a/"]);
        Assert.Equal("/b/index.htm", names["/b/"]);
        Assert.DoesNotContain("/c/", names.Keys);
    }

    [Fact]
    public void Page_HasItsCleanName_AndKeepsItsOwn()
    {
        var names = NamesOf("index.html", cleanUrls: true, "/about.html", "/about/index.html", "/docs/.html");

        Assert.Equal("/about.html", names["/about"]); // before the folder, as in try_files $uri $uri.html $uri/
        Assert.Equal("/about.html", names["/about.html"]);
        Assert.Equal("/about/index.html", names["/about/"]);
        Assert.DoesNotContain("/docs", names.Keys);
    }

    [Fact]
    public void File_KeepsItsName_WhereAPageWouldHaveTheSame() =>
        Assert.Equal("/about", NamesOf("index.html", cleanUrls: true, "/about.html", "/about")["/about"]);

    [Fact]
    public void Page_HasOneName_WithCleanUrlsOff() =>
        Assert.Equal(["/about.html"], NamesOf("index.html", cleanUrls: false, "/about.html").Keys);

    private static Dictionary<string, string> NamesOf(string indexFiles, bool cleanUrls, params string[] paths)
    {
        var assets = paths.Select(p => new Asset(p, new string('0', 64), default, new Representation(null, new string('0', 64), 0, [], null), [])).ToList();
        return new SiteNames(new ServerOptions { IndexFiles = indexFiles, CleanUrls = cleanUrls }).Of(assets).ToDictionary(n => n.Key, n => n.Value.Path);
    }
}
