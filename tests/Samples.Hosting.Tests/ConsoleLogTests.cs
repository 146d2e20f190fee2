using System.Text.Json;
using Samples.Init.Tests;

namespace Samples.Hosting.Tests;

public sealed class ConsoleLogTests : IDisposable
{
    private readonly TemporaryFolder _volume = new();

    private string OnVolume => $"SharedVolume__Path={_volume.Path}";

    [Theory]
    [InlineData("Logging__Format=json")]
    [InlineData("Logging__Format=")]
    [InlineData("Unset=")]
    public async Task Log_IsOneJsonObjectALine_WhereNoPersonReads(string setting)
    {
        var run = await InitRun.RunAsync(OnVolume, setting, "Init__Title=two\nlines", "POD_NAME=\"quoted\"");

        var line = JsonDocument.Parse(Assert.Single(run.Lines)).RootElement;
        Assert.Equal(1, line.GetProperty("Files").GetInt32());
        Assert.Equal("Samples.Init.SetupCrew", line.GetProperty("SourceContext").GetString());
        Assert.InRange(line.GetProperty("@t").GetDateTimeOffset(), DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow);
    }

    [Fact]
    public async Task Log_IsText_WhereASettingAsksForIt()
    {
        var run = await InitRun.RunAsync(OnVolume, "Logging__Format=Text");

        Assert.Matches(@"^\d\d:\d\d:\d\d\.\d{3} INF Painted release [0-9a-f]{16} \(1 files, \d+ bytes\) in .*$", Assert.Single(run.Lines));
    }

    [Fact]
    public async Task Log_IsText_EvenWhereTheProgramCannotStart()
    {
        var run = await InitRun.RunAsync(OnVolume, "Logging__Format=text", "Init__Title=");

        Assert.Matches(@"^\d\d:\d\d:\d\d\.\d{3} FTL Bad configuration: Init__Title is ''; it takes a text\.$", Assert.Single(run.Lines));
    }

    [Theory]
    [InlineData("Logging__LogLevel__Default=Warning")]
    [InlineData("Logging__LogLevel__Samples=Error")]
    [InlineData("Logging__LogLevel__Samples.Init=None")]
    public async Task Log_KeepsQuiet_BelowTheLevelThatIsSet(string setting)
    {
        var run = await InitRun.RunAsync(OnVolume, setting);

        Assert.Equal((0, ""), (run.ExitCode, run.Output));
    }

    [Fact]
    public async Task Log_LetsTheFrameworkSpeak_WhereASettingAsksForIt()
    {
        var run = await InitRun.RunAsync(OnVolume, "Logging__LogLevel__Microsoft=Debug", "Logging__LogLevel__Microsoft.Extensions.Hosting.Internal.Host=Debug");

        Assert.True(run.Lines.Length > 1);
        Assert.All(run.Lines, line => JsonDocument.Parse(line));
    }

    public void Dispose() => _volume.Dispose();
}
