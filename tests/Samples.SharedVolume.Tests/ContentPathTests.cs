using CsCheck;

namespace Samples.SharedVolume.Tests;

public sealed class ContentPathTests
{
    /// <summary>Names from the pieces that paths go wrong with.</summary>
    private static readonly Gen<string> _paths = Gen.OneOf(
        Gen.Char,
        Gen.OneOf('/', '/', '.', '.', '\\', '\0', ':', '~', ' ', 'a', 'é', '\ud83d', '\ude00', '\uFFFD', '\u0085')).Array[0, 24].Select(c => new string(c));

    [Theory]
    [InlineData("index.html")]
    [InlineData("a/b/c.txt")]
    [InlineData(".well-known/security.txt")]
    [InlineData("..data")]
    [InlineData("a..b/c...")]
    [InlineData("größe/日本/😀.png")]
    [InlineData("with space & co; $HOME 'quoted'.html")]
    public void FindProblem_IsNull_ForWhatASiteHas(string path)
    {
        Assert.Null(ContentPath.FindProblem(path));
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("/etc/passwd", "is absolute")]
    [InlineData("../x", "has '..' in it")]
    [InlineData("a/../../x", "has '..' in it")]
    [InlineData("a/..", "has '..' in it")]
    [InlineData("./a", "has '.' in it")]
    [InlineData("a//b", "has an empty name in it")]
    [InlineData("a/", "has an empty name in it")]
    [InlineData("a\\b", "has a backslash in it")]
    [InlineData("a\0b", "has the control character U+0000 in it")]
    [InlineData("a\nb", "has the control character U+000A in it")]
    [InlineData("a\u007f", "has the control character U+007F in it")]
    [InlineData("a\uFFFDb", "is not valid UTF-8")]
    public void FindProblem_SaysWhatIsWrong(string path, string problem)
    {
        Assert.Equal(problem, ContentPath.FindProblem(path));
    }

    [Fact]
    public void FindProblem_RefusesHalfASurrogatePair()
    {
        Assert.Equal("is not valid UTF-8", ContentPath.FindProblem("a" + '\ud83d'));
    }

    [Fact]
    public void FindProblem_KeepsToItsLimits()
    {
        var longest = string.Join('/', Enumerable.Repeat(new string('n', ContentPath.MaxNameLength), 4)) + "/" + new string('n', 12);
        var deepest = string.Join('/', Enumerable.Repeat("d", ContentPath.MaxDepth));

        Assert.Null(ContentPath.FindProblem(longest));
        Assert.Null(ContentPath.FindProblem(deepest));
        Assert.Contains("longer than 1024", ContentPath.FindProblem(longest + "n"), StringComparison.Ordinal);
        Assert.Contains("deeper than 32", ContentPath.FindProblem(deepest + "/d"), StringComparison.Ordinal);
        Assert.Contains("name longer than 252", ContentPath.FindProblem(new string('é', 127)), StringComparison.Ordinal);
    }

    [Fact]
    public void FindProblem_LetsNothingPass_ThatLeavesTheFolderOrIsNotItselfOnDisk()
    {
        _paths.Sample(path =>
        {
            if (ContentPath.FindProblem(path) is not null)
                return;

            var combined = Path.GetFullPath(Path.Combine("/root", path));
            Assert.Equal("/root/" + path, combined);
            Assert.Equal(path, System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(path)));
        }, iter: 50_000);
    }
}
