namespace Samples.Server.Tests;

public sealed class SpeedPageTests
{
    [Theory]
    [InlineData("serving")]
    [InlineData("starting")]
    [InlineData("syncing")]
    public void Page_HasTheFiguresThatTheBenchWrote(string bench)
    {
        var page = File.ReadAllLines(RepositoryRoot.Combine("docs/speed.md"));
        var rows = File.ReadAllLines(RepositoryRoot.Combine($"bench/results/{bench}.md")).Where(line => line.StartsWith('|')).ToList();

        Assert.NotEmpty(rows);
        Assert.Empty(rows.Except(page));
    }
}
