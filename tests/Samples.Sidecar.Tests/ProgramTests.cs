using System.Net;
using System.Net.Sockets;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests;

public sealed class ProgramTests : IDisposable
{
    private readonly TemporaryFolder _volume = new();
    private readonly TemporaryFolder _source = new();

    public ProgramTests() => _source.Write("index.html", "hello");

    public void Dispose()
    {
        _volume.Dispose();
        _source.Dispose();
    }

    [Theory]
    [InlineData("Sidecar__Source", "ftp://host/site.tar.gz", "a folder (/content or file:///content), an archive")]
    [InlineData("Sidecar__Source", "", "a folder (/content or file:///content), an archive")]
    [InlineData("Sidecar__Source", "https://host/page.html", "a folder (/content or file:///content), an archive")]
    [InlineData("Sidecar__Interval", "00:00:00", "a duration from 00:00:00.1 to 7.00:00:00, as [d.]hh:mm:ss")]
    [InlineData("Sidecar__Timeout", "2.00:00:00", "a duration from 00:00:01 to 1.00:00:00, as [d.]hh:mm:ss")]
    [InlineData("Sidecar__ManagementUrl", "https://*:8082", "an address to listen on, such as http://*:8080")]
    [InlineData("Sidecar__Keep", "-1", "a whole number from 0 to 1000")]
    [InlineData("Sidecar__MaxRetainedBytes", "1.5GiB", "a number of bytes such as 65536, or with a suffix")]
    [InlineData("Sidecar__Limits__MaxFiles", "0", "a whole number from 1 to 10000000")]
    [InlineData("Sidecar__Limits__MaxBytes", "lots", "a number of bytes such as 65536, or with a suffix")]
    [InlineData("Sidecar__MaxDeletedPercent", "101", "a whole number from 0 to 100")]
    [InlineData("Sidecar__HookUrl", "http://example.org/", "an http address on localhost, such as http://localhost:9000/approve")]
    [InlineData("Sidecar__Sources__0__Uri", "ftp://host/site.tar.gz", "a folder (/content or file:///content), an archive")]
    [InlineData("SharedVolume__Path", "", "the path of a folder, such as /data")]
    [InlineData("Sidecar__Interval", "soon", "a duration, as [d.]hh:mm:ss")]
    [InlineData("Sidecar__Keep", "many", "a whole number")]
    public async Task Start_EndsWithTwo_WhenASettingIsBad(string setting, string value, string allowed)
    {
        var (exitCode, output) = await SidecarProcess.RunAsync([], ("Sidecar__Source", _source.Path), ("SharedVolume__Path", _volume.Path), ("Logging__Format", "text"), (setting, value));

        Assert.Equal(2, exitCode);
        Assert.Contains($"Bad configuration: {setting} is '{value}'; it takes {allowed}", output, StringComparison.Ordinal);
        Assert.Single(output.Split('\n'));
    }

    [Fact]
    public async Task Start_EndsWithTwo_WhenTheVerbIsUnknown()
    {
        var (exitCode, output) = await SidecarProcess.RunAsync(["rollbak", "--Logging:Format=text"]);

        Assert.Equal(2, exitCode);
        Assert.Contains("'rollbak' is no verb; usage: sidecar [once | status | rollback [ID] | unpin | healthcheck [ENDPOINT]]", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_EndsWithOne_WhenThePortIsInUse()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();

        var (exitCode, output) = await SidecarProcess.RunAsync(
            [$"--Sidecar:Source={_source.Path}", $"--SharedVolume:Path={_volume.Path}", $"--Sidecar:ManagementUrl=http://{other.LocalEndpoint}", "--Logging:Format=text", "--Logging:LogLevel:Default=Warning"]);

        Assert.Equal(1, exitCode);
        Assert.EndsWith($"Failed: Cannot listen on http://{other.LocalEndpoint}: the port is in use by another process. Sidecar__ManagementUrl chooses another address.", output, StringComparison.Ordinal);
        Assert.Single(output.Split('\n'));
    }

    [Fact]
    public async Task Start_EndsWithOne_WhenTheAddressIsNotThisMachines()
    {
        var (exitCode, output) = await SidecarProcess.RunAsync(
            [$"--Sidecar:Source={_source.Path}", $"--SharedVolume:Path={_volume.Path}", "--Sidecar:ManagementUrl=http://192.0.2.1:8082", "--Logging:Format=text", "--Logging:LogLevel:Default=Warning"]);

        Assert.Equal(1, exitCode);
        Assert.EndsWith("Failed: Cannot listen on http://192.0.2.1:8082: Cannot assign requested address. Sidecar__ManagementUrl chooses another address.", output, StringComparison.Ordinal);
        Assert.Single(output.Split('\n'));
    }

    [Fact]
    public async Task Start_EndsWithOne_WhenTheVolumeIsMissing()
    {
        var (exitCode, output) = await SidecarProcess.RunAsync(
            [$"--Sidecar:Source={_source.Path}", $"--SharedVolume:Path={_volume["nowhere"]}", "--Sidecar:ManagementUrl=http://127.0.0.1:0", "--Logging:Format=text", "--Logging:LogLevel:Default=Warning"]);

        Assert.Equal(1, exitCode);
        Assert.EndsWith($"Failed: The shared volume '{_volume["nowhere"]}' does not exist. Mount a volume there, or name another folder with SharedVolume__Path.", output, StringComparison.Ordinal);
        Assert.Single(output.Split('\n'));
    }

    [Fact]
    public async Task Stop_EndsWithZeroAndNothingInStaging_WhenADownloadHangs()
    {
        await using var server = new RawServer(async (socket, cancellation) =>
        {
            await RawServer.SendAsync(socket, "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n" + new string('x', 100_000), cancellation);
            await RawServer.HangAsync(socket, cancellation);
        });
        await using var sidecar = SidecarProcess.StartLoop(server.Url("site.tar"), _volume.Path);
        await sidecar.UrlAsync();
        await Eventually.TrueAsync(() => Directory.Exists(_volume[".staging"]) && Directory.EnumerateFiles(_volume[".staging"], "scratch", SearchOption.AllDirectories).Any(file => new FileInfo(file).Length > 0), "the download to begin");

        await sidecar.SignalAsync("TERM");

        Assert.Equal(0, await sidecar.ExitAsync());
        Assert.Contains(sidecar.Lines, line => line.Contains("Stopped; nothing half done is left on the volume", StringComparison.Ordinal));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_volume[".staging"]));
    }

    [Fact]
    public async Task Loop_EndsWithOne_WhenTheVolumeDisappears()
    {
        var path = _volume["data"];
        Directory.CreateDirectory(path);
        await using var sidecar = SidecarProcess.StartLoop(_source.Path, path, "--Sidecar:Interval=00:00:00.1");
        await sidecar.LineAsync("Published release");

        Directory.Move(path, _volume["moved"]);

        Assert.Equal(1, await sidecar.ExitAsync());
        Assert.Contains(sidecar.Lines, line => line.Contains($"The shared volume '{path}' does not exist", StringComparison.Ordinal));
        Assert.False(Directory.Exists(path));
    }
}
