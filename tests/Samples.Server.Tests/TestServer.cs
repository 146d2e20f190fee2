using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Samples.Server.Tests;

/// <summary>The real server in this process, on ports that the system chooses.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestServer(WebApplication app, LogCapture log)
    {
        _app = app;
        Log = log;
        var urls = app.Urls.ToArray();
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = new Uri(urls[0]) };
        Management = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(urls[1]) };
    }

    /// <summary>Asks the site; follows no redirect and decodes nothing.</summary>
    public HttpClient Client { get; }

    public HttpClient Management { get; }

    public LogCapture Log { get; }

    /// <summary>All that it listens on, with the ports that the system chose.</summary>
    public IReadOnlyList<Uri> Urls => [.. _app.Urls.Select(url => new Uri(url))];

    public IServiceProvider Services => _app.Services;

    public CurrentSite Current => Services.GetRequiredService<CurrentSite>();

    public static Task<TestServer> StartAsync(TestVolume volume, params string[] settings) => StartWithAsync(volume, null, null, settings);

    /// <param name="volume">What it serves.</param>
    /// <param name="time">The clock of the loop that follows the volume; null for the system's.</param>
    /// <param name="contentRoot">Folder of another <c>appsettings.json</c>; null for the server's own.</param>
    /// <param name="settings">As on the command line: <c>--Server:AccessLog=false</c>.</param>
    public static async Task<TestServer> StartWithAsync(TestVolume volume, TimeProvider? time, string? contentRoot, params string[] settings)
    {
        var log = new LogCapture();
        var app = Build(volume, log, time, contentRoot, settings);
        await ServerApp.StartAsync(app, TestContext.Current.CancellationToken);
        return new TestServer(app, log);
    }

    /// <summary>Its system takes no more than a few kilobytes of an answer that nobody reads.</summary>
    public static async Task<TestServer> StartWithSmallBuffersAsync(TestVolume volume, params string[] settings)
    {
        var log = new LogCapture();
        var app = ServerApp.Build(CreateBuilder(volume, log, null, settings), services => services.Configure<SocketTransportOptions>(transport =>
            transport.CreateBoundListenSocket = endpoint =>
            {
                var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
                socket.SendBufferSize = 4096; // accepted connections have it too
                return socket;
            }));
        await ServerApp.StartAsync(app, TestContext.Current.CancellationToken);
        return new TestServer(app, log);
    }

    public static WebApplication Build(TestVolume volume, LogCapture log, TimeProvider? time, string? contentRoot, params string[] settings) => ServerApp.Build(
        CreateBuilder(volume, log, contentRoot, settings), services => services.Replace(ServiceDescriptor.Singleton(time ?? TimeProvider.System)));

    /// <summary>The first of <see cref="Urls"/> with that scheme.</summary>
    public Uri UrlOf(string scheme) => Urls.First(url => url.Scheme == scheme);

    /// <summary>Waits for the server to have switched to a release.</summary>
    public Task WaitForAsync(string release) => Eventually.TrueAsync(() => Current.Site?.ReleaseId == release, $"release {release}");

    public Task StopAsync() => _app.StopAsync(TestContext.Current.CancellationToken);

    private static WebApplicationBuilder CreateBuilder(TestVolume volume, LogCapture log, string? contentRoot, string[] settings)
    {
        string[] args = [$"--SharedVolume:Path={volume.Volume.Root}", "--Server:Url=http://127.0.0.1:0", "--Server:ManagementUrl=http://127.0.0.1:0", .. settings];
        var builder = ServerApp.CreateBuilder(args, contentRoot);
        builder.Logging.ClearProviders().AddProvider(log);
        return builder;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Management.Dispose();
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }
}
