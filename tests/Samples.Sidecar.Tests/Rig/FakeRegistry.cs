using Microsoft.AspNetCore.Http;

namespace Samples.Sidecar.Tests.Rig;

/// <summary>A registry that does what a real one never would. What a test does not spoil, it serves as it should be.</summary>
internal sealed class FakeRegistry : IAsyncDisposable
{
    private readonly ArchiveServer _server;
    private readonly Dictionary<string, byte[]> _contents = [];
    private readonly Dictionary<string, string> _tags = [];

    private FakeRegistry(ArchiveServer server) => _server = server;

    public string Source => $"oci+http://{_server.Authority}/site";

    public string Authority => _server.Authority;

    public IReadOnlyList<ArchiveServer.Request> Requests => _server.Requests;

    /// <summary>Answers instead, where it returns a task.</summary>
    public Func<HttpContext, Task?> Spoil { get; set; } = _ => null;

    public static async Task<FakeRegistry> StartAsync()
    {
        var registry = new FakeRegistry(await ArchiveServer.StartAsync());
        registry._server.Answer = context => registry.Spoil(context) ?? registry.ServeAsync(context);
        return registry;
    }

    /// <summary>Makes content available by its digest, and returns that.</summary>
    public string Put(byte[] content)
    {
        _contents[OciPush.DigestOf(content)] = content;
        return OciPush.DigestOf(content);
    }

    /// <summary>What the tag <c>latest</c> names from now on.</summary>
    public string PutLatest(byte[] manifest) => Tag("latest", manifest);

    /// <summary>What a tag names from now on.</summary>
    public string Tag(string tag, byte[] manifest) => _tags[tag] = Put(manifest);

    /// <summary>An image of one gzipped tar layer.</summary>
    public string PutImage(byte[] layer, string type = OciPush.GzipLayer, params string[] annotations)
    {
        Put(layer);
        return PutLatest(OciPush.Manifest(OciPush.Descriptor(layer, type, annotations)));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private Task ServeAsync(HttpContext context)
    {
        var name = context.Request.Path.Value!.Split('/')[^1];
        var digest = _tags.GetValueOrDefault(name, name);
        if (!_contents.TryGetValue(digest, out var content))
            return Results.NotFound().ExecuteAsync(context);
        context.Response.Headers["Docker-Content-Digest"] = digest;
        return Results.Bytes(content, OciPush.ManifestType, enableRangeProcessing: true).ExecuteAsync(context);
    }
}
