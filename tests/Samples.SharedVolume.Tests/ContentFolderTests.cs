using CliWrap;

namespace Samples.SharedVolume.Tests;

public sealed class ContentFolderTests
{
    [Fact]
    public void Scan_FindsEveryFile_InOrdinalOrder()
    {
        using var folder = new TemporaryFolder();
        foreach (var path in (string[])["b.html", "B.html", "a/x", "a.html", ".well-known/security.txt", "empty"])
            folder.Write(path, path == "empty" ? "" : path);

        var files = ContentFolder.Scan(folder.Path);

        Assert.Equal([".well-known/security.txt", "B.html", "a.html", "a/x", "b.html", "empty"], files.Select(f => f.Path));
        Assert.All(files, f => Assert.Equal(new FileInfo(folder[f.Path]).Length, f.Size));
        Assert.All(files, f => Assert.Equal(File.GetLastWriteTimeUtc(folder[f.Path]), f.Modified.UtcDateTime));
    }

    [Fact]
    public void Scan_ReadsAConfigMap_AsTheKubeletMakesIt()
    {
        using var folder = new TemporaryFolder();
        folder.Write("..2026_05_04_10_30_00.123456789/index.html", "1");
        folder.Write("..2026_05_04_10_30_00.123456789/sub/a.css", "2");
        File.CreateSymbolicLink(folder["..data"], "..2026_05_04_10_30_00.123456789");
        File.CreateSymbolicLink(folder["index.html"], "..data/index.html");
        File.CreateSymbolicLink(folder["sub"], "..data/sub");

        var files = ContentFolder.Scan(folder.Path);

        Assert.Equal(["index.html", "sub/a.css"], files.Select(f => f.Path));
        Assert.Equal(folder["..2026_05_04_10_30_00.123456789/index.html"], files[0].FullPath);
    }

    [Fact]
    public void Scan_FollowsALink_ToTheFolderItself()
    {
        using var folder = new TemporaryFolder();
        folder.Write("real/index.html", "1");
        File.CreateSymbolicLink(folder["mount"], "real");

        Assert.Equal(["index.html"], ContentFolder.Scan(folder["mount"]).Select(f => f.Path));
    }

    [Theory]
    [InlineData("ab/link", "../a", "ab/link/x")]
    [InlineData("link", "a/x", "link")]
    [InlineData("a/link", "x", "a/link")]
    [InlineData("c/d/link", "../../a", "c/d/link/x")]
    public void Scan_FollowsALinkThatStaysInside(string link, string target, string expected)
    {
        using var folder = new TemporaryFolder();
        folder.Write("a/x", "1");
        Directory.CreateDirectory(Path.GetDirectoryName(folder[link])!);
        File.CreateSymbolicLink(folder[link], target);

        Assert.Equal(new[] { "a/x", expected }.Order(StringComparer.Ordinal), ContentFolder.Scan(folder.Path).Select(f => f.Path));
    }

    [Theory]
    [InlineData("link", "/etc/passwd")]
    [InlineData("link", "../sibling/secret")]
    [InlineData("link", "..")]
    [InlineData("link", ".")]
    [InlineData("link", "nowhere")]
    [InlineData("link", "link")]
    [InlineData("sub/link", "../sub")]
    [InlineData("sub/deep/link", "../../sub")]
    public void Scan_RefusesALink_ThatLeavesOrLeadsNowhereOrBack(string link, string target)
    {
        using var folder = new TemporaryFolder();
        folder.Write("sibling/secret", "1");
        folder.Write("root/index.html", "1");
        var path = folder["root/" + link];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.CreateSymbolicLink(path, target);

        var refusal = Assert.Throws<ContentRejectedException>(() => ContentFolder.Scan(folder["root"]));

        Assert.Equal(RejectionReason.Link, refusal.Reason);
        Assert.StartsWith($"Refused '{link}': ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Scan_RefusesALink_ToASiblingWhoseNameBeginsAlike()
    {
        using var folder = new TemporaryFolder();
        folder.Write("root-secret/key", "1");
        Directory.CreateDirectory(folder["root"]);
        File.CreateSymbolicLink(folder["root/link"], "../root-secret/key");

        Assert.Throws<ContentRejectedException>(() => ContentFolder.Scan(folder["root"]));
    }

    [Fact]
    public void Scan_RefusesLinksThatLoopThroughEachOther_WithoutGoingRound()
    {
        using var folder = new TemporaryFolder();
        foreach (var (from, to) in (ReadOnlySpan<(string, string)>)[("x", "y"), ("y", "x")])
        {
            Directory.CreateDirectory(folder[$"..hidden/{from}"]);
            foreach (var i in Enumerable.Range(0, 8))
                File.CreateSymbolicLink(folder[$"..hidden/{from}/l{i}"], $"../{to}");
        }

        File.CreateSymbolicLink(folder["p"], "..hidden/x");

        var refusal = Assert.Throws<ContentRejectedException>(() => ContentFolder.Scan(folder.Path));

        Assert.Equal(RejectionReason.Link, refusal.Reason);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Scan_RefusesAFifo_InsteadOfWaitingForIt(bool linked)
    {
        using var folder = new TemporaryFolder();
        await Cli.Wrap("mkfifo").WithArguments(folder["pipe"]).ExecuteAsync(TestContext.Current.CancellationToken);
        if (linked)
            File.CreateSymbolicLink(folder["a-link"], "pipe");

        var refusal = Assert.Throws<ContentRejectedException>(() => ContentFolder.Scan(folder.Path));

        Assert.Equal(RejectionReason.SpecialFile, refusal.Reason);
    }

    [Fact]
    public void Scan_RefusesWhatIsTooDeep()
    {
        using var folder = new TemporaryFolder();
        folder.Write(string.Join('/', Enumerable.Repeat("d", ContentPath.MaxDepth + 2)), "1");

        Assert.Equal(RejectionReason.Path, Assert.Throws<ContentRejectedException>(() => ContentFolder.Scan(folder.Path)).Reason);
    }

    [Fact]
    public void Scan_NamesTheFolder_WhenItDoesNotExist()
    {
        var error = Assert.Throws<DirectoryNotFoundException>(() => ContentFolder.Scan("/nowhere/at/all"));

        Assert.Contains("'/nowhere/at/all'", error.Message, StringComparison.Ordinal);
    }
}
