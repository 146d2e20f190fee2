using Samples.Sidecar.Sources.Git;

namespace Samples.Sidecar.Tests.Sources.Git;

public sealed class GitAddressTests
{
    [Theory]
    [InlineData("git+https://host/repo.git", "https://host/repo.git", null, "", false, 1)]
    [InlineData("git+http://host:8080/a/b/", "http://host:8080/a/b", null, "", false, 1)]
    [InlineData("git+https://host/repo.git?path=/public/my%20site/&ref=feature/a%23b", "https://host/repo.git", "feature/a#b", "public/my site", false, 1)]
    [InlineData("git+https://host/repo.git?depth=0&submodules=true", "https://host/repo.git", null, "", true, 0)]
    public void Address_IsReadInParts(string text, string repository, string? name, string path, bool submodules, int depth)
    {
        Assert.True(GitAddress.TryParse(text, out var address));

        Assert.Equal(new GitAddress(new Uri(repository), name, path, submodules, depth), address);
    }

    [Theory]
    [InlineData("git+https://host/repo.git/", "git+https://host/repo.git")]
    [InlineData("git+https://host/repo.git?depth=1&path=a%20b/c&ref=v1%231", "git+https://host/repo.git?ref=v1%231&path=a%20b/c")]
    [InlineData("git+https://host/repo.git?submodules=false&depth=5", "git+https://host/repo.git?depth=5")]
    public void Address_HasOneSpelling_WithoutSpaces(string text, string spelling)
    {
        Assert.True(GitAddress.TryParse(text, out var address));

        Assert.Equal(spelling, address.ToString());
    }

    [Theory]
    [InlineData("git+ssh://host/repo.git", "begins with git+https:// or git+http://")]
    [InlineData("git+https://user:canary@host/repo.git", "has no user name, password or fragment in it")]
    [InlineData("git+https://host/repo.git#main", "has no user name, password or fragment in it")]
    [InlineData("git+https://host/repo.git?token=canary", "'token' is no parameter of a Git source, which has ref, path, submodules and depth")]
    [InlineData("git+https://host/repo.git?ref=a&ref=b", "the parameter 'ref' of the Git source is given twice or is not one")]
    [InlineData("git+https://host/repo.git?ref=", "the parameter 'ref'")]
    [InlineData("git+https://host/repo.git?ref=-upload-pack", "the parameter 'ref'")]
    [InlineData("git+https://host/repo.git?ref=a..b", "the parameter 'ref'")]
    [InlineData("git+https://host/repo.git?ref=a:b", "the parameter 'ref'")]
    [InlineData("git+https://host/repo.git?path=../up", "the parameter 'path'")]
    [InlineData("git+https://host/repo.git?depth=-1", "the parameter 'depth'")]
    [InlineData("git+https://host/repo.git?submodules=yes", "the parameter 'submodules'")]
    public void Problem_NamesThePart_AndNoSecret(string text, string problem)
    {
        var found = GitAddress.FindProblem(text);

        Assert.False(GitAddress.TryParse(text, out _));
        Assert.Contains(problem, found, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0123456789abcdef0123456789ABCDEF01234567", "0123456789abcdef0123456789abcdef01234567")]
    [InlineData("0123456789abcdef", null)]
    [InlineData("main", null)]
    public void PinnedCommit_IsAWholeId(string name, string? pinned)
    {
        Assert.True(GitAddress.TryParse($"git+https://host/repo.git?ref={name}", out var address));

        Assert.Equal(pinned, address.PinnedCommit);
    }
}
