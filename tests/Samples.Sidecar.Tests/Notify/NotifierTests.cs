using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Samples.Sidecar.Sync;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Notify;

public sealed class NotifierTests : IDisposable
{
    private readonly TemporaryFolder _volume = new();
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);

    /// <summary>What the receiver was told, and with which token.</summary>
    private readonly ConcurrentQueue<(JsonNode Body, string? Token)> _told = new();
    private volatile int _status = 200;

    public void Dispose() => _volume.Dispose();

    [Fact]
    public async Task EachRelease_IsToldOnce()
    {
        await using var server = await ServeAsync("one");
        await using var receiver = await ReceiveAsync();
        await using var sidecar = await StartAsync(server, receiver);
        var one = sidecar.Last.Release!;

        await ToldAsync(1);
        await sidecar.SyncAsync();
        server.Serve(Tar.Of(("index.html", "two!")), "\"2\"");
        var two = (await sidecar.SyncAsync()).Release!;
        await ToldAsync(2);

        var (first, second) = (_told.First().Body, _told.Last().Body);
        Assert.Equal((one, null), ((string)first["release"]!, (string?)first["previous"]));
        Assert.Equal((two, one), ((string)second["release"]!, (string?)second["previous"]));
        Assert.Equal((1, 4), ((int)second["files"]!, (int)second["bytes"]!));
        Assert.Equal(_clock.GetUtcNow(), (DateTimeOffset)second["createdAt"]!);
        Assert.Equal($$"""{"kind":"archive","uri":"{{server.Url("site.tar")}}","revision":"\u00222\u0022"}""", second["source"]!.ToJsonString());
        await Eventually.TrueAsync(() => sidecar.Counters["sidecar.notifications", "delivered"] == 2, "the count");
    }

    [Fact]
    public async Task TheToken_ComesFromItsFile()
    {
        using var secrets = new TemporaryFolder();
        var path = secrets.Write("token", "s3cret\n");
        await using var server = await ServeAsync("one");
        await using var receiver = await ReceiveAsync();
        await using var sidecar = await StartAsync(server, receiver, $"--Sidecar:NotifyTokenPath={path}");

        await ToldAsync(1);

        Assert.Equal("Bearer s3cret", _told.Single().Token);
        Assert.DoesNotContain(sidecar.Log, line => line.Contains("s3cret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task OnlyTheLatest_IsTold_OnceTheReceiverIsBack()
    {
        _status = 503;
        await using var server = await ServeAsync("one");
        await using var receiver = await ReceiveAsync();
        await using var sidecar = await StartAsync(server, receiver);
        await FailedAsync(sidecar, 1);
        server.Serve(Tar.Of(("index.html", "two")), "\"2\"");
        var two = (await sidecar.SyncAsync()).Release!;
        await FailedAsync(sidecar, 2);

        _status = 200;
        await Eventually.TrueAsync(() => { _clock.Advance(TimeSpan.FromSeconds(1)); return sidecar.Counters["sidecar.notifications", "delivered"] == 1; }, "the next try");

        Assert.Equal(two, (string)_told.Last().Body["release"]!);
        Assert.All(_told.Where(told => (string)told.Body["release"]! == two), told => Assert.Null(told.Body["previous"]));
        Assert.Contains(sidecar.Log, line => line.StartsWith("Warning: Could not tell 127.0.0.1 of a release, which is tried again: it answered 503", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Syncs_GoOn_WhileTheReceiverHangs()
    {
        await using var server = await ServeAsync("one");
        await using var receiver = new RawServer(RawServer.HangAsync);
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"), _volume.Path, _clock, $"--Sidecar:NotifyUrl={receiver.Url("hook")}");
        await receiver.Asked;
        server.Serve(Tar.Of(("index.html", "two")), "\"2\"");

        var record = await sidecar.SyncAsync();
        await Eventually.TrueAsync(() => { _clock.Advance(TimeSpan.FromSeconds(1)); return sidecar.Counters["sidecar.notifications", "failed"] > 0; }, "the time-out");

        Assert.Equal(SyncResult.Published, record.Result);
        Assert.Contains(sidecar.Log, line => line.EndsWith("no answer within 00:00:10", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WhatWasNotTold_IsToldByTheNextProcess_AndWhatWasIsNot()
    {
        _status = 500;
        await using var server = await ServeAsync("one");
        await using var receiver = await ReceiveAsync();
        string one;
        await using (var killed = await StartAsync(server, receiver))
        {
            one = killed.Last.Release!;
            await FailedAsync(killed, 1);
        }

        _status = 200;
        _told.Clear();
        await using (var restarted = await StartAsync(server, receiver))
        {
            await Eventually.TrueAsync(() => restarted.Counters["sidecar.notifications", "delivered"] == 1 && File.Exists(_volume[".notified"]), "the notification");
        }

        await using var again = await StartAsync(server, receiver);
        server.Serve(Tar.Of(("index.html", "two")), "\"2\"");
        var two = (await again.SyncAsync()).Release!;
        await ToldAsync(2);

        Assert.Equal([one, two], _told.Select(told => (string)told.Body["release"]!));
    }

    [Fact]
    public async Task ARollback_IsToldToo()
    {
        await using var server = await ServeAsync("one");
        await using var receiver = await ReceiveAsync();
        await using var sidecar = await StartAsync(server, receiver);
        var one = sidecar.Last.Release!;
        await ToldAsync(1);
        server.Serve(Tar.Of(("index.html", "two")), "\"2\"");
        await sidecar.SyncAsync();
        await ToldAsync(2);

        using var response = await sidecar.Http.PostAsync(new Uri("/control/rollback", UriKind.Relative), null, TestContext.Current.CancellationToken);
        await ToldAsync(3);

        Assert.Equal(one, (string)_told.Last().Body["release"]!);
    }

    [Fact]
    public async Task InitsOwnRelease_IsNotTold()
    {
        await using var server = await ArchiveServer.StartAsync();
        await using var receiver = await ReceiveAsync();
        PublishAsInit();
        await using var sidecar = await StartAsync(server, receiver);

        server.Serve(Tar.Of(("index.html", "two")), "\"2\"");
        var two = (await sidecar.SyncAsync()).Release!;
        await ToldAsync(1);

        Assert.Equal(two, (string)_told.Single().Body["release"]!);
    }

    private void PublishAsInit()
    {
        using var writer = SharedVolume.VolumeWriter.TryOpen(new SharedVolume.Volume(_volume.Path), _clock)!;
        using var staged = writer.Stage(SharedVolume.ContentLimits.Default);
        using var welcome = new MemoryStream([1]);
        staged.Add("index.html", welcome, _clock.GetUtcNow(), 1, TestContext.Current.CancellationToken);
        writer.Publish(staged, new SharedVolume.ReleaseSource(SharedVolume.ReleaseSource.InitKind, "init:welcome", null), TestContext.Current.CancellationToken);
    }

    private Task ToldAsync(int count) => Eventually.TrueAsync(() => _told.Count >= count && File.Exists(_volume[".notified"]), $"{count} notifications");

    private static Task FailedAsync(RunningSidecar sidecar, int count) =>
        Eventually.TrueAsync(() => sidecar.Counters["sidecar.notifications", "failed"] >= count, $"{count} failed notifications");

    private static async Task<ArchiveServer> ServeAsync(string text)
    {
        var server = await ArchiveServer.StartAsync();
        server.Serve(Tar.Of(("index.html", text)), "\"1\"");
        return server;
    }

    private async Task<ArchiveServer> ReceiveAsync()
    {
        var receiver = await ArchiveServer.StartAsync();
        receiver.Answer = async context =>
        {
            var body = await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            _told.Enqueue((body!, context.Request.Headers.Authorization));
            context.Response.StatusCode = _status;
        };
        return receiver;
    }

    private Task<RunningSidecar> StartAsync(ArchiveServer server, ArchiveServer receiver, params string[] settings) =>
        RunningSidecar.StartAsync(server.Url("site.tar"), _volume.Path, _clock, [$"--Sidecar:NotifyUrl={receiver.Url("hook")}", .. settings]);
}
