using System.Text.Json.Nodes;
using CsCheck;
using Microsoft.AspNetCore.Http;
using Samples.Sidecar.Sync;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Sources;

/// <summary>A server that shares what nobody should take.</summary>
public sealed class HostileReleaseTests
{
    [Theory]
    [InlineData("other bytes")]
    [InlineData("more bytes")]
    [InlineData("fewer bytes")]
    [InlineData("bytes without end")]
    public async Task Sync_TakesNoFile_ThatIsNotOfItsHash(string what)
    {
        await using var server = await SharingServer.StartAsync(("index.html", "hello"));
        await using var sidecar = await RunningSidecar.StartAsync(server.Source);
        var id = sidecar.Volume.ReadCurrentId()!;
        foreach (var text in new[] { "other", new string('x', 500_000) })
        {
            server.Share(("index.html", text));
            server.Replace(text, what switch
            {
                "other bytes" => [(byte)'O', .. new byte[text.Length - 1]],
                "more bytes" => new byte[text.Length + 1],
                _ => new byte[text.Length - 1],
            });
            if (what == "bytes without end")
                server.Spoil = context => context.Request.Path.Value!.Contains("/files/", StringComparison.Ordinal) ? WriteForEverAsync(context) : null;

            var record = await sidecar.SyncAsync();

            Assert.Equal(SyncResult.Rejected, record.Result);
            Assert.Equal($"Refused 'index.html': what {server.Url("_release/files/" + SharingServer.HashOf(text))} answered is not of that hash and {text.Length} bytes.", record.Error);
            sidecar.AssertServes(id);
        }
    }

    [Theory]
    [InlineData("an id that is not of its files", "corrupt", "its list of files is not the one that its id '0123456789abcdef' was made of.")]
    [InlineData("another schema", "corrupt", "it has schema 2; this program reads schema 1.")]
    [InlineData("no JSON", "corrupt", "it is not a release manifest (")]
    [InlineData("nothing", "corrupt", "it is empty.")]
    [InlineData("no file where one should be", "corrupt", "it lists a file that is none.")]
    [InlineData("a path that climbs", "path", "Refused '../index.html': the path has '..' in it.")]
    [InlineData("a hash that is a path", "corrupt", "'index.html' has no hash of 64 lower-case hex digits in it.")]
    [InlineData("a size below zero", "corrupt", "Refused 'index.html': the manifest has no size of it.")]
    [InlineData("a file beyond the limit", "file_too_large", "Refused 'index.html': it is larger than the limit of 1000 bytes a file.")]
    [InlineData("files beyond the limit", "release_too_large", "it is larger than the limit of 1500 bytes.")]
    [InlineData("too many files", "too_many_files", "it is beyond the limit of 3 files.")]
    [InlineData("the same path twice", "collision", "Refused 'index.html': 'index.html' is there already")]
    [InlineData("a manifest without end", "too_many_files", "its manifest is larger than one of 3 files is.")]
    public async Task Sync_KeepsServing_WhenTheManifestHas(string what, string reason, string said)
    {
        await using var server = await SharingServer.StartAsync(("index.html", "hello"));
        string[] limits = ["--Sidecar:Limits:MaxFiles=3", "--Sidecar:Limits:MaxFileBytes=1000", "--Sidecar:Limits:MaxBytes=1500"];
        await using var sidecar = await RunningSidecar.StartAsync(server.Source, null, null, limits);
        var id = sidecar.Volume.ReadCurrentId()!;
        server.Share(("index.html", "other"));
        Spoil(server, what);

        var record = await sidecar.SyncAsync();

        Assert.Equal(SyncResult.Rejected, record.Result);
        Assert.Contains(said, record.Error, StringComparison.Ordinal);
        Assert.Equal(1, sidecar.Counters["sidecar.rejections", reason]);
        sidecar.AssertServes(id);
    }

    [Theory]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59Z")]
    [InlineData("2026-01-01T00:00:00+14:00")]
    public async Task Sync_EndsOrderly_WhateverTimeAFileHas(string modified)
    {
        await using var server = await SharingServer.StartAsync(("index.html", "hello"));
        var file = SharingServer.File("index.html", "hello");
        file["modified"] = modified;
        server.Share(SharingServer.Manifest(file));

        await using var sidecar = await RunningSidecar.StartAsync(server.Source);

        Assert.Equal((SyncResult.Published, "hello"), (sidecar.Last.Result, sidecar.Read("index.html")));
    }

    [Fact]
    public async Task Sync_EndsOrderly_WhateverTheManifestIs()
    {
        var manifest = SharingServer.Manifest(SharingServer.File("index.html", "hello"), SharingServer.File("a/b.css", "body")).ToJsonString();
        await using var server = await SharingServer.StartAsync(("index.html", "hello"), ("a/b.css", "body"));
        await using var sidecar = await RunningSidecar.StartAsync(server.Source);

        await Gen.Select(Gen.Int[0, manifest.Length - 1], Gen.Int[0, 12], Gen.String[0, 6]).SampleAsync(
            async (at, length, text) =>
            {
                server.Share(manifest[..at] + text + manifest[Math.Min(manifest.Length, at + length)..], null);
                var record = await sidecar.SyncAsync();
                Assert.DoesNotContain("nobody foresaw", record.Error ?? "", StringComparison.Ordinal);
            },
            iter: 200,
            threads: 1);
    }

    private static void Spoil(SharingServer server, string what)
    {
        var file = SharingServer.File("index.html", "other");
        switch (what)
        {
            case "an id that is not of its files":
                var manifest = SharingServer.Manifest(file);
                manifest["id"] = "0123456789abcdef";
                server.Share(manifest);
                break;
            case "another schema":
                manifest = SharingServer.Manifest(file);
                manifest["schema"] = 2;
                server.Share(manifest);
                break;
            case "no JSON":
                server.Share("<html>", null);
                break;
            case "nothing":
                server.Share("null", null);
                break;
            case "no file where one should be":
                manifest = SharingServer.Manifest();
                manifest["files"] = new JsonArray((JsonNode?)null);
                server.Share(manifest);
                break;
            case "a path that climbs":
                server.Share(SharingServer.Manifest(SharingServer.File("../index.html", "other")));
                break;
            case "a hash that is a path":
                server.Share(SharingServer.Manifest(With(file, "sha256", "../../secret")));
                break;
            case "a size below zero":
                server.Share(SharingServer.Manifest(With(file, "size", -1L)));
                break;
            case "a file beyond the limit":
                server.Share(SharingServer.Manifest(With(file, "size", long.MaxValue)));
                break;
            case "files beyond the limit":
                server.Share(SharingServer.Manifest(With(file, "size", 900L), With(SharingServer.File("b.html", "other"), "size", 900L)));
                break;
            case "too many files":
                server.Share([.. Enumerable.Range(0, 4).Select(i => ($"{i}.html", "same"))]);
                break;
            case "the same path twice":
                server.Share(SharingServer.Manifest(file, SharingServer.File("index.html", "other")));
                break;
            default:
                server.Spoil = context => context.Request.Path.Value == "/_release/manifest" ? WriteForEverAsync(context) : null;
                break;
        }
    }

    private static JsonObject With(JsonObject file, string name, JsonNode value)
    {
        file[name] = value;
        return file;
    }

    private static async Task WriteForEverAsync(HttpContext context)
    {
        // White space is JSON so far, whatever may follow.
        var block = new byte[64 << 10];
        block.AsSpan().Fill((byte)' ');
        try
        {
            while (true)
                await context.Response.Body.WriteAsync(block, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // The reader has had enough.
        }
    }
}
