using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Samples.Hosting;

namespace Samples.Server.Tests;

public sealed class CheckVerbTests : IDisposable
{
    private readonly TestVolume _volume = new();

    public void Dispose() => _volume.Dispose();

    [Fact]
    public async Task Check_Returns0_WhereAllCanBeUsed()
    {
        Assert.Equal((ExitCode.Ok, $"The settings can be used; there is no release in {_volume.Volume.Root} to check.\n"), await CheckAsync());

        var release = _volume.Publish(new TestFile("index.html", "home"), new TestFile("_redirects", "/old /new"));

        Assert.Equal((ExitCode.Ok, $"The settings and release {release} (1 files) can be used.\n"), await CheckAsync());
    }

    [Fact]
    public async Task Check_Returns2_AndNamesTheLines()
    {
        _volume.Publish(new TestFile("_headers", "/*\n  Date: now"), new TestFile("_redirects", "/a /a"));

        Assert.Equal(
            (ExitCode.BadConfiguration, "_headers:2: Date is the server's own to set.\n_redirects:1: It leads in a circle: '/a' to '/a' and back.\n"),
            await CheckAsync());
    }

    [Fact]
    public async Task Check_Returns2_WhereTheReleaseIsUnsound()
    {
        var release = _volume.Publish("index.html", "home");
        File.WriteAllText(_volume.PathOf(release, "index.html"), "longer than the manifest says");

        var (code, output) = await CheckAsync();

        Assert.Equal(ExitCode.BadConfiguration, code);
        Assert.StartsWith($"Release {release} cannot be loaded: ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_NamesTheSetting_AsAStartWould()
    {
        await Assert.ThrowsAsync<OptionsValidationException>(() => CheckAsync("--Server:Url=ftp://x"));
        await Assert.ThrowsAsync<InvalidSettingException>(() => CheckAsync("--Server:Headers:Date=now"));
        await Assert.ThrowsAsync<InvalidSettingException>(() => CheckAsync("--ReverseProxy:Routes:r:ClusterId=nowhere"));
    }

    private async Task<(int, string)> CheckAsync(params string[] settings)
    {
        var builder = ServerApp.CreateBuilder(["check", $"--SharedVolume:Path={_volume.Volume.Root}", .. settings]);
        builder.Logging.ClearProviders();
        await using var output = new StringWriter();
        return (await CheckVerb.RunAsync(builder, output), output.ToString());
    }
}
