using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace Samples.Sidecar.Tests.Rig;

/// <summary>A web server that answers whatever a test wants, and remembers what it was asked.</summary>
internal sealed class ArchiveServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Request> _requests = new();

    private ArchiveServer(WebApplication app) => _app = app;

    public IReadOnlyList<Request> Requests => [.. _requests];

    public RequestDelegate Answer { get; set; } = context => Results.NotFound().ExecuteAsync(context);

    /// <param name="https">Sets TLS up; without it, plain HTTP.</param>
    public static async Task<ArchiveServer> StartAsync(Action<HttpsConnectionAdapterOptions>? https = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, endpoint =>
        {
            if (https is not null)
                endpoint.UseHttps(https);
        }));
        var server = new ArchiveServer(builder.Build());
        server._app.Run(async context =>
        {
            var headers = context.Request.Headers;
            server._requests.Enqueue(new Request(context.Request.Method, context.Request.GetEncodedPathAndQuery(), headers.IfNoneMatch, headers.IfModifiedSince, headers.Authorization, headers.Range, headers.IfRange));
            await server.Answer(context);
        });
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    /// <summary>Host and port.</summary>
    public string Authority => new Uri(_app.Urls.Single()).Authority;

    public string Url(string name) => $"{_app.Urls.Single()}/{name}";

    /// <summary>Serves an archive as nginx would: with a validator, where it has one, and 304 where that still holds.</summary>
    public void Serve(byte[] archive, string? etag = null, DateTimeOffset? lastModified = null) =>
        Answer = context => Results.Bytes(archive, "application/octet-stream", null, false, lastModified, etag is null ? null : EntityTagHeaderValue.Parse(etag))
            .ExecuteAsync(context);

    /// <summary>Accepts requests and answers none of them until it is told to.</summary>
    /// <returns>What ends when the first request has come, and what lets all of them have their answer.</returns>
    public (Task Asked, Action Release) Hold(IResult answer)
    {
        var (asked, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        Answer = async context =>
        {
            asked.TrySetResult();
            await gate.Task;
            await answer.ExecuteAsync(context);
        };
        return (asked.Task.WaitAsync(Eventually.Deadline, TestContext.Current.CancellationToken), gate.SetResult);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    internal sealed record Request(string Method, string Target, string? IfNoneMatch, string? IfModifiedSince, string? Authorization, string? Range, string? IfRange);
}
