using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests;

public sealed class HttpUrlAttributeTests
{
    [Theory]
    [InlineData("hooks.example.com/secret-path")]
    [InlineData("ftp://hooks.example.com/secret-path")]
    [InlineData("https://secret-name:secret-word@hooks.example.com/")]
    public async Task Start_EndsWithTwo_AndShowsNoSecret_WhenTheAddressIsNone(string url)
    {
        var (exitCode, output) = await SidecarProcess.RunAsync([], ("Sidecar__Source", "/tmp"), ("Sidecar__NotifyUrl", url), ("Logging__Format", "text"));

        Assert.Equal(2, exitCode);
        Assert.EndsWith("Sidecar__NotifyUrl is '***'; it takes an address such as https://host/path, without user name or password.", output, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", output, StringComparison.Ordinal);
    }
}
