using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Samples.Server.Tests;

/// <summary>A real upstream on a port of its own, which can be killed and started again.</summary>
internal sealed class Upstream : IAsyncDisposable
{
    private WebApplication? _app;

    public static async Task<Upstream> StartAsync(RequestDelegate answer)
    {
        var upstream = new Upstream();
        await upstream.RestartAsync(answer);
        return upstream;
    }

    public Uri Url => new(_app!.Urls.Single());

    public async Task RestartAsync(RequestDelegate answer)
    {
        var port = _app is null ? 0 : Url.Port;
        await DisposeAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        _app = builder.Build();
        _app.Run(answer);
        await _app.StartAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Stops at once, whatever is under way.</summary>
    public Task KillAsync() => _app!.StopAsync(new CancellationToken(canceled: true));

    public async ValueTask DisposeAsync()
    {
        if (_app is null)
            return;
        await KillAsync();
        await _app.DisposeAsync();
    }
}
