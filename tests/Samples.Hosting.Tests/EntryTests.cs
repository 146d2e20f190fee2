using Samples.Init.Tests;

namespace Samples.Hosting.Tests;

public sealed class EntryTests
{
    [Fact]
    public async Task Run_EndsWithOne_WhenTheWorkFails()
    {
        var run = await InitRun.RunAsync("SharedVolume__Path=/nowhere");

        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.StartsWith("Failed: The shared volume '/nowhere' does not exist.", Assert.Single(run.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_EndsWithTwoAndALineForEach_WhenSettingsAreBad()
    {
        var run = await InitRun.RunAsync("Init__Title=", "Init__Message=");

        Assert.Equal(ExitCode.BadConfiguration, run.ExitCode);
        Assert.Equal(
            ["Bad configuration: Init__Message is ''; it takes a text.", "Bad configuration: Init__Title is ''; it takes a text."],
            run.Messages.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Run_TakesTheCommandLine_OverTheEnvironment()
    {
        var run = await InitRun.RunAsync("SharedVolume__Path=/from-environment", "sh", "-c", "\"$0\" --SharedVolume:Path=/from-command-line");

        Assert.Contains("'/from-command-line'", Assert.Single(run.Messages), StringComparison.Ordinal);
    }
}
