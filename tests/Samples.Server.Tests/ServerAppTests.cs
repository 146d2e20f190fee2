using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Options;
using Samples.Hosting;

namespace Samples.Server.Tests;

public sealed class ServerAppTests : IDisposable
{
    private readonly TestVolume _volume = new();

    public void Dispose() => _volume.Dispose();

    [Theory]
    [InlineData("Url")]
    [InlineData("ManagementUrl")]
    public async Task Start_NamesThePortAndTheSetting_WhenThePortIsInUse(string setting)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await using var app = TestServer.Build(_volume, new LogCapture(), null, null, $"--Server:{setting}=http://127.0.0.1:{port}");

        var e = await Assert.ThrowsAsync<IOException>(() => ServerApp.StartAsync(app, TestContext.Current.CancellationToken));

        Assert.Equal($"Port {port} is in use; Server__{setting} (http://127.0.0.1:{port}) takes another.", e.Message);
    }

    [Theory]
    [InlineData("--Server:Url=ftp://x", "Server__Url is 'ftp://x'")]
    [InlineData("--Server:IndexFiles=a/b", "Server__IndexFiles is 'a/b'")]
    [InlineData("--Server:SpaFallback=index.html", "Server__SpaFallback is 'index.html'")]
    [InlineData("--Server:SpaExclude=/api b", "Server__SpaExclude is '/api b'")]
    [InlineData("--Server:ShutdownTimeout=02:00:00", "Server__ShutdownTimeout is '02:00:00'")]
    public async Task Start_NamesTheSetting_WhenItsValueIsWrong(string argument, string message)
    {
        var e = await Assert.ThrowsAsync<OptionsValidationException>(() => TestServer.StartAsync(_volume, argument));

        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_NamesTheSection_WhenYarpRefusesIt()
    {
        var e = await Assert.ThrowsAsync<InvalidSettingException>(() => TestServer.StartAsync(_volume, "--ReverseProxy:Routes:r:ClusterId=nowhere"));

        Assert.StartsWith("ReverseProxy cannot be used: Route 'r'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_NamesTheVolume_WhenItIsMissing()
    {
        var e = await Assert.ThrowsAsync<DirectoryNotFoundException>(() => TestServer.StartAsync(_volume, "--SharedVolume:Path=/nowhere"));

        Assert.Equal("There is no folder '/nowhere'; SharedVolume__Path names the shared volume's mount point.", e.Message);
    }

    [Fact]
    public async Task Start_WarnsOfNothing()
    {
        _volume.Publish("index.html", "home");
        await using var server = await TestServer.StartAsync(_volume);

        Assert.DoesNotContain(server.Log.Events, e => e.Level >= Microsoft.Extensions.Logging.LogLevel.Warning);
    }

    [Fact]
    public async Task Stop_LetsRequestsInFlightFinish_AndTakesNoNewOnes()
    {
        var body = new string('a', 20_000_000);
        _volume.Publish("large.txt", body);
        await using var server = await TestServer.StartAsync(_volume);
        var address = server.Client.BaseAddress!;
        using var client = new TcpClient { ReceiveBufferSize = 4096 };
        await client.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync("GET /large.txt HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        var start = new byte[1000];
        await client.GetStream().ReadExactlyAsync(start, TestContext.Current.CancellationToken);

        var stop = server.StopAsync();
        await Eventually.TrueAsync(() => !CanConnect(address), "the listener to close");
        Assert.False(stop.IsCompleted);
        using var rest = new MemoryStream();
        await client.GetStream().CopyToAsync(rest, TestContext.Current.CancellationToken);
        await stop;

        var response = Encoding.ASCII.GetString(start) + Encoding.ASCII.GetString(rest.ToArray());
        Assert.EndsWith("\r\n\r\n" + body, response, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_EndsInTime_WhenAClientNeverReads()
    {
        _volume.Publish("large.txt", new string('a', 20_000_000));
        await using var server = await TestServer.StartAsync(_volume, "--Server:ShutdownTimeout=00:00:01");
        var address = server.Client.BaseAddress!;
        using var client = new TcpClient { ReceiveBufferSize = 4096 };
        await client.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync("GET /large.txt HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        await client.GetStream().ReadExactlyAsync(new byte[1], TestContext.Current.CancellationToken);

        await server.StopAsync().WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    private static bool CanConnect(Uri address)
    {
        try
        {
            using var client = new TcpClient(address.Host, address.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
