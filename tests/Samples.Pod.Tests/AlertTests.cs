using System.Text.RegularExpressions;
using CliWrap;
using CliWrap.Buffered;

namespace Samples.Pod.Tests;

/// <summary>docs/alerts.yml, by Prometheus' own tool and against the metrics that there are.</summary>
public sealed partial class AlertTests
{
    [Theory]
    [InlineData("check", "docs/alerts.yml")]
    [InlineData("test", "tests/Samples.Pod.Tests/alerts-test.yml")]
    public async Task Rules_PassPromtool(string verb, string file)
    {
        Needs.Program("promtool");

        var result = await Cli.Wrap("promtool").WithArguments([verb, "rules", RepositoryRoot.Combine(file)]).WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken).Task.WaitAsync(Eventually.Deadline, TestContext.Current.CancellationToken);

        Assert.True(result.ExitCode == 0, result.StandardOutput + result.StandardError);
    }

    [Fact]
    public void Rules_AskForMetrics_ThatThePageListsAndATestHoldsToTheSidecar()
    {
        var page = File.ReadAllText(RepositoryRoot.Combine("docs/sidecar.md"));

        var names = Metric().Matches(File.ReadAllText(RepositoryRoot.Combine("docs/alerts.yml"))).Select(match => match.Value).Distinct().ToArray();

        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.Contains($"| `{name}` |", page, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\bsidecar_[a-z_]+")]
    private static partial Regex Metric();
}
