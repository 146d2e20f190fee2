namespace Samples.Init.Tests;

/// <summary>Whatever is wrong ends in one line that says so, and an exit code; never in a stack trace.</summary>
public sealed class FailureTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string OnVolume => $"SharedVolume__Path={Directory.CreateDirectory(_folder["volume"]).FullName}";

    [Fact]
    public async Task Init_Fails_WhenTheVolumeIsMissing()
    {
        var run = await InitRun.RunAsync("SharedVolume__Path=/nowhere/at/all");

        AssertOneLine(run, 1, "Failed: The shared volume '/nowhere/at/all' does not exist. Mount a volume there, or name another folder with SharedVolume__Path.");
    }

    [Fact]
    public async Task Init_Fails_WhenTheVolumeIsNotWritable()
    {
        Needs.That(Environment.UserName == "root", "This test becomes another user, which takes root.");
        Directory.CreateDirectory(_folder["volume"]);
        File.SetUnixFileMode(_folder.Path, (UnixFileMode)0x1ED); // 755: on the way to the volume

        var run = await InitRun.RunAsync(OnVolume, "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");

        AssertOneLine(run, 1, $"Failed: The shared volume '{_folder["volume"]}' cannot be written by user ");
    }

    [Fact]
    public async Task Init_Fails_WhenItsContentCannotBeRead()
    {
        Needs.That(Environment.UserName == "root", "This test becomes another user, which takes root.");
        _folder.Write("content/secret.html", "1");
        File.SetUnixFileMode(_folder["content/secret.html"], UnixFileMode.None);
        Directory.CreateDirectory(_folder["volume"]);
        foreach (var folder in (string[])[_folder.Path, _folder["content"], _folder["volume"]])
            File.SetUnixFileMode(folder, (UnixFileMode)0x1FF); // 777

        var run = await InitRun.RunAsync(OnVolume, $"Init__ContentPath={_folder["content"]}", "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");

        AssertOneLine(run, 1, "secret.html");
    }

    [Theory]
    [InlineData("rm -r .", "Init__ContentPath", "does not exist")]
    [InlineData("true", "Init__ContentPath", "without a file")]
    [InlineData("ln -s /etc/passwd out", "Init__ContentPath", "Refused 'out'")]
    [InlineData("ln -s nowhere out", "Init__ContentPath", "Refused 'out'")]
    [InlineData("mkfifo pipe", "Init__ContentPath", "Refused 'pipe'")]
    [InlineData("touch a A", "Init__ContentPath", "differ in case")]
    [InlineData("touch 'a\\b'", "Init__ContentPath", "has a backslash in it")]
    public async Task Init_Fails_WhenItsContentCannotBePublished(string make, string setting, string problem)
    {
        var content = Directory.CreateDirectory(_folder["content"]).FullName;
        await CliWrap.Cli.Wrap("sh").WithArguments(["-c", make.Replace("rm -r .", $"rmdir {content}", StringComparison.Ordinal)])
            .WithWorkingDirectory(content).ExecuteAsync(TestContext.Current.CancellationToken);

        var run = await InitRun.RunAsync(OnVolume, $"Init__ContentPath={content}");

        AssertOneLine(run, 1, "Failed: ");
        Assert.Contains(setting, run.Messages[0], StringComparison.Ordinal);
        Assert.Contains(problem, run.Messages[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Init__Title=", "Bad configuration: Init__Title is ''; it takes a text.")]
    [InlineData("Init__Message=", "Bad configuration: Init__Message is ''; it takes a text.")]
    [InlineData("SharedVolume__Path=", "Bad configuration: SharedVolume__Path is ''; it takes the path of a folder, such as /data.")]
    [InlineData("Logging__Format=xml", "Bad configuration: Logging:Format is 'xml'; it takes 'json' or 'text'.")]
    public async Task Init_SaysWhichSettingIsWrong(string setting, string expected)
    {
        var run = await InitRun.RunAsync(OnVolume, setting);

        AssertOneLine(run, 2, expected);
    }

    public void Dispose() => _folder.Dispose();

    private static void AssertOneLine(InitRun run, int exitCode, string expected)
    {
        Assert.Equal((exitCode, ""), (run.ExitCode, run.Error));
        Assert.Contains(expected, Assert.Single(run.Messages), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Output, StringComparison.Ordinal);
    }
}
