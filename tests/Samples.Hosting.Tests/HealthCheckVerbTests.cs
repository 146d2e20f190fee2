using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Samples.Hosting.Tests;

public sealed class HealthCheckVerbTests : IAsyncLifetime
{
    private readonly WebApplication _app = Build();
    private readonly StringWriter _error = new();
    private readonly TextWriter _before = Console.Error;

    private string Url => _app.Urls.Single();

    public async ValueTask InitializeAsync()
    {
        _app.Urls.Add("http://127.0.0.1:0");
        _app.MapGet("/healthz", () => "ok");
        _app.MapGet("/readyz", () => Results.Text("no release yet", statusCode: 503));
        _app.MapGet("/hanging", (HttpContext context) => Hang.UntilAsync(context.RequestAborted));
        await _app.StartAsync(TestContext.Current.CancellationToken);
        Console.SetError(_error);
    }

    public async ValueTask DisposeAsync()
    {
        Console.SetError(_before);
        await _app.DisposeAsync();
    }

    [Theory]
    [InlineData("healthz")]
    [InlineData("/healthz")]
    public async Task Run_IsZeroAndSilent_WhenTheEndpointIsWell(string endpoint)
    {
        Assert.Equal(0, await HealthCheckVerb.RunAsync(Url, endpoint));

        Assert.Empty(_error.ToString());
    }

    [Fact]
    public async Task Run_AsksOverLoopback_WhenTheSettingHasAWildcard()
    {
        Assert.Equal(0, await HealthCheckVerb.RunAsync(Url.Replace("127.0.0.1", "*", StringComparison.Ordinal), "healthz"));
    }

    [Theory]
    [InlineData("readyz", "readyz answered 503: no release yet\n")]
    [InlineData("nothing", "nothing answered 404: \n")]
    public async Task Run_IsOneAndSaysWhy_WhenTheEndpointIsNot(string endpoint, string expected)
    {
        Assert.Equal(1, await HealthCheckVerb.RunAsync(Url, endpoint));

        Assert.EndsWith(expected, _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_IsOne_WhenNothingListens()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = $"http://{listener.LocalEndpoint}";
        listener.Stop();

        Assert.Equal(1, await HealthCheckVerb.RunAsync(url, "healthz"));

        Assert.StartsWith($"{url}/healthz did not answer: ", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_IsOne_WhenTheEndpointHangs()
    {
        Assert.Equal(1, await HealthCheckVerb.RunAsync(Url, "hanging"));

        Assert.Contains("/hanging did not answer: ", _error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://*:8081", "http://127.0.0.1:8081/")]
    [InlineData("http://+:8081", "http://127.0.0.1:8081/")]
    [InlineData("http://0.0.0.0:8081", "http://127.0.0.1:8081/")]
    [InlineData("http://[::]:8081", "http://127.0.0.1:8081/")]
    [InlineData("http://10.0.0.7:8081", "http://10.0.0.7:8081/")]
    [InlineData("http://localhost:8081", "http://localhost:8081/")]
    public void LoopbackOf_IsWhereThisMachineReachesItself(string listen, string expected)
    {
        Assert.Equal(expected, HealthCheckVerb.LoopbackOf(listen).AbsoluteUri);
    }

    private static WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        return builder.Build();
    }
}
