using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Samples.SharedVolume;

namespace Samples.Sidecar.Tests.Rig;

/// <summary>Shares a release as Samples.Server does, where a test does not spoil it.</summary>
internal sealed class SharingServer : IAsyncDisposable
{
    private readonly ArchiveServer _server;
    private readonly Dictionary<string, byte[]> _files = [];
    private byte[] _manifest = [];
    private string? _etag;

    private SharingServer(ArchiveServer server) => _server = server;

    public string Source => $"release+http://{_server.Authority}/";

    public string Url(string path) => _server.Url(path);

    /// <summary>The targets of the requests so far.</summary>
    public IEnumerable<string> Targets => _server.Requests.Select(r => r.Target);

    public int FilesFetched => Targets.Count(target => target.StartsWith("/_release/files/", StringComparison.Ordinal));

    /// <summary>Answers instead, where it returns a task.</summary>
    public Func<HttpContext, Task?> Spoil { get; set; } = _ => null;

    public static async Task<SharingServer> StartAsync(params (string Path, string Text)[] files)
    {
        var server = new SharingServer(await ArchiveServer.StartAsync());
        server._server.Answer = context => server.Spoil(context) ?? server.ServeAsync(context);
        server.Share(files);
        return server;
    }

    public static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>A file as the manifest lists it.</summary>
    public static JsonObject File(string path, string text) => new()
    {
        ["path"] = path,
        ["size"] = (long)Encoding.UTF8.GetByteCount(text),
        ["sha256"] = HashOf(text),
        ["modified"] = "2026-05-01T08:00:00Z",
        ["encodings"] = new JsonArray(),
    };

    /// <summary>A manifest whose id fits its files, whatever they are.</summary>
    public static JsonObject Manifest(params JsonObject[] files) => new()
    {
        ["schema"] = 1,
        ["id"] = ReleaseId.Of(files
            .Select(f => new ReleaseFile((string)f["path"]!, (long)f["size"]!, (string)f["sha256"]!, default, []))
            .OrderBy(f => f.Path, StringComparer.Ordinal)),
        ["createdAt"] = DateTimeOffset.UnixEpoch.ToString("O", CultureInfo.InvariantCulture),
        ["source"] = new JsonObject { ["kind"] = "directory", ["uri"] = "file:///content", ["revision"] = "1" },
        ["files"] = new JsonArray([.. files]),
    };

    /// <summary>Shares a decent release, and returns its id.</summary>
    public string Share(params (string Path, string Text)[] files)
    {
        foreach (var (_, text) in files)
            _files[HashOf(text)] = Encoding.UTF8.GetBytes(text);
        return Share(Manifest([.. files.Select(f => File(f.Path, f.Text))]));
    }

    public string Share(JsonObject manifest)
    {
        var id = (string)manifest["id"]!;
        Share(manifest.ToJsonString(), $"\"{id}\"");
        return id;
    }

    public void Share(string manifest, string? etag) => (_manifest, _etag) = (Encoding.UTF8.GetBytes(manifest), etag);

    /// <summary>What a file's hash leads to from now on.</summary>
    public void Replace(string text, byte[] bytes) => _files[HashOf(text)] = bytes;

    public void Forget(string text) => _files.Remove(HashOf(text));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private Task ServeAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (path == "/_release/manifest")
            return Results.Bytes(_manifest, "application/json", entityTag: _etag is null ? null : Microsoft.Net.Http.Headers.EntityTagHeaderValue.Parse(_etag)).ExecuteAsync(context);
        return (_files.TryGetValue(path["/_release/files/".Length..], out var file) ? Results.Bytes(file) : Results.NotFound()).ExecuteAsync(context);
    }
}
