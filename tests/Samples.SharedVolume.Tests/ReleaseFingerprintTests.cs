namespace Samples.SharedVolume.Tests;

public sealed class ReleaseFingerprintTests
{
    private static readonly (string, string)[] _content = [("index.html", new string('a', 1000)), ("a/bc", "1"), ("a/b/c/d.txt", "2")];

    [Fact]
    public void Of_IsWhatTheManifestTells_WhenNothingWasChanged()
    {
        using var volume = new TestVolume();
        var release = volume.Publish(_content).Release;

        var fingerprint = ReleaseFingerprint.Of(release.DocumentRoot);

        Assert.Equal(ReleaseFingerprint.Expected(release.Manifest), fingerprint);
        // a, a/b, a/b/c, three files, two encoded forms.
        Assert.Equal(8, fingerprint.Entries);
    }

    [Theory]
    [InlineData("rm www/a/bc")]
    [InlineData("mv www/a/bc www/a/cb")]
    [InlineData("mv www/a/bc www/a/b/bc")]
    [InlineData("mkdir www/new")]
    [InlineData("touch www/a/bc")]
    [InlineData("touch www/index.html.br")]
    [InlineData("touch -r www/a/bc t && printf 11 >> www/a/bc && touch -r t www/a/bc && rm t")]
    [InlineData("ln -s / www/root")]
    public async Task Of_IsAnother_WhenAnythingWasChanged(string command)
    {
        using var volume = new TestVolume();
        var release = volume.Publish(_content).Release;
        var before = ReleaseFingerprint.Of(release.DocumentRoot);

        await CliWrap.Cli.Wrap("sh").WithArguments(["-c", command]).WithWorkingDirectory(release.Directory).ExecuteAsync(TestContext.Current.CancellationToken);

        Assert.NotEqual(before, ReleaseFingerprint.Of(release.DocumentRoot));
    }
}
