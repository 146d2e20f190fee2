using CliWrap;
using CliWrap.Buffered;
using Samples.SharedVolume;

namespace Samples.Init.Tests;

public sealed class ProgramTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Volume Volume => field ??= new Volume(Directory.CreateDirectory(_folder["volume"]).FullName);

    private string OnVolume => $"SharedVolume__Path={Volume.Root}";

    [Fact]
    public async Task Init_PaintsTheWelcomePage_AndLeaves()
    {
        var run = await InitRun.RunAsync(OnVolume, "Init__Title=Hello", "POD_NAME=web-0");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var release = Volume.ReadCurrent()!;
        Assert.StartsWith($"Painted release {release.Id} (1 files, ", Assert.Single(run.Messages), StringComparison.Ordinal);
        Assert.Equal(new ReleaseSource("init", "template:welcome", null), release.Manifest.Source);
        var page = await File.ReadAllTextAsync(Path.Combine(Volume.Root, "current/www/index.html"), Cancellation);
        Assert.Contains("<title>Hello</title>", page, StringComparison.Ordinal);
        Assert.Contains("web-0", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Init_ChangesNothingOnDisk_WhenItRunsAgain()
    {
        await InitRun.RunAsync(OnVolume);
        var before = await LookAsync();

        var run = await InitRun.RunAsync(OnVolume, "Init__Title=Another");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("is current and sound", Assert.Single(run.Messages), StringComparison.Ordinal);
        Assert.Equal(before, await LookAsync());
    }

    [Fact]
    public async Task Init_CopiesItsContentPath()
    {
        _folder.Write("content/index.html", "by hand");
        _folder.Write("content/sub/a.css", "p{}");

        var run = await InitRun.RunAsync(OnVolume, $"Init__ContentPath={_folder["content"]}");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(["index.html", "sub/a.css"], Volume.ReadCurrent()!.Manifest.Files.Select(f => f.Path));
        Assert.Equal($"file://{_folder["content"]}", Volume.ReadCurrent()!.Manifest.Source.Uri);
    }

    [Theory]
    [InlineData("rm www/index.html")]
    [InlineData("printf x > www/index.html")]
    [InlineData("touch -r www/index.html t; tr a b < www/index.html > u; cat u > www/index.html; touch -r t www/index.html; rm t u")]
    [InlineData("printf '{' > release.json")]
    [InlineData("rm release.json")]
    [InlineData("cd ..; rm -r \"$OLDPWD\"")]
    [InlineData("chmod 000 www/index.html")]
    public async Task Init_PaintsAnew_WhereCurrentIsDamaged(string damage)
    {
        _folder.Write("content/index.html", new string('a', 1000));
        string[] settings = [OnVolume, $"Init__ContentPath={_folder["content"]}"];
        await InitRun.RunAsync(settings);
        var release = Volume.ReadCurrent()!;
        await Cli.Wrap("sh").WithArguments(["-c", $"cd {release.Directory}; {damage}"]).ExecuteAsync(Cancellation);

        var run = await InitRun.RunAsync(settings);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(release.Id, Volume.ReadCurrentId());
        Assert.Null(ReleaseVerifier.FindProblemInContent(Volume.ReadCurrent()!));
        if (damage.StartsWith("chmod", StringComparison.Ordinal) && Environment.UserName == "root")
            return;
        Assert.Contains(run.Messages, m => m.StartsWith($"Current release {release.Id} is damaged, painting anew: ", StringComparison.Ordinal));
        Assert.Contains(run.Messages, m => m.StartsWith($"Painted release {release.Id}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Init_PaintsAnew_WhereTheFileSystemCannotExchange()
    {
        Needs.Program("strace");
        _folder.Write("content/index.html", "1");
        string[] settings = [OnVolume, $"Init__ContentPath={_folder["content"]}"];
        await InitRun.RunAsync(settings);
        await File.WriteAllTextAsync(Path.Combine(Volume.Root, "current/www/index.html"), "2", Cancellation);

        var run = await InitRun.RunAsync([.. settings, "strace", "-f", "-qq", "-e", "inject=renameat2:error=EINVAL", "-o", _folder["calls"]]);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("(INJECTED)", await File.ReadAllTextAsync(_folder["calls"], Cancellation), StringComparison.Ordinal);
        Assert.Null(ReleaseVerifier.FindProblemInContent(Volume.ReadCurrent()!));
    }

    [Fact]
    public async Task Init_PaintsAnew_WhereCurrentLeadsNowhere()
    {
        File.CreateSymbolicLink(Path.Combine(Volume.Root, "current"), "releases/0123456789abcdef");

        var run = await InitRun.RunAsync(OnVolume);

        Assert.Equal(0, run.ExitCode);
        Assert.NotNull(Volume.ReadCurrent());
    }

    [Fact]
    public async Task Init_OpensItsReleaseToEveryReader_WhateverTheUmask()
    {
        _folder.Write("content/sub/a.css", new string('a', 1000));

        var run = await InitRun.RunAsync(OnVolume, $"Init__ContentPath={_folder["content"]}", "sh", "-c", "umask 077; exec \"$0\"");

        Assert.Equal(0, run.ExitCode);
        foreach (var entry in Directory.EnumerateFileSystemEntries(Volume.ReleasesDirectory, "*", SearchOption.AllDirectories).Append(Volume.ReleasesDirectory))
            Assert.Equal(Directory.Exists(entry) ? "755" : "644", Convert.ToString((int)File.GetUnixFileMode(entry), 8));
    }

    [Fact]
    public async Task Init_OpensNoSocketToANetwork()
    {
        Needs.Program("strace");

        var run = await InitRun.RunAsync(OnVolume, "strace", "-f", "-qq", "-e", "trace=%network", "-o", _folder["calls"]);

        Assert.Equal(0, run.ExitCode);
        Assert.DoesNotContain("AF_INET", await File.ReadAllTextAsync(_folder["calls"], Cancellation), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<string> LookAsync() =>
        (await Cli.Wrap("find").WithArguments([Volume.Root, "-printf", "%P %i %C@ %T@ %m %s %n %l\n"]).ExecuteBufferedAsync(Cancellation)).StandardOutput;
}
