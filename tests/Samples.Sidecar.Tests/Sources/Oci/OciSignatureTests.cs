using System.Text;
using Samples.Sidecar.Sync;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Sources.Oci;

public sealed class OciSignatureTests
{
    private const string PayloadType = "application/vnd.dev.cosign.simplesigning.v1+json";
    private const string Annotation = "dev.cosignproject.cosign/signature";

    private static readonly byte[] _site = Tar.Gzip(Tar.Of(("index.html", "hello")));
    private static readonly byte[] _other = Tar.Gzip(Tar.Of(("index.html", "other")));

    [Fact]
    public async Task Sync_PublishesTheArtifact_OnceItIsSigned_AndPinnedOrNot()
    {
        using var key = SigningKey.Create();
        await using var registry = await DockerRegistry.StartAsync();
        using var push = new OciPush(registry.Url, "site");
        var digest = await push.ImageAsync("latest", _site);
        await using var sidecar = await RunningSidecar.StartAsync($"oci+http://{registry.Authority}/site", null, null, $"--Sidecar:PublicKeyPath={key.PublicPath}");
        var unsigned = sidecar.Last;
        var again = await sidecar.SyncAsync();
        await SignAsync(push, digest, Payload(digest), key);

        var signed = await sidecar.SyncAsync();
        await using var pinned = await RunningSidecar.StartAsync($"oci+http://{registry.Authority}/site@{digest}", null, null, $"--Sidecar:PublicKeyPath={key.PublicPath}");

        var tag = digest.Replace(':', '-') + ".sig";
        Assert.Equal($"Refused 'oci+http://{registry.Authority}/site:latest' ({digest}): it is not signed; there is no tag {tag}.", unsigned.Error);
        Assert.Equal((SyncResult.Rejected, SyncResult.Rejected, SyncResult.Published), (unsigned.Result, again.Result, signed.Result));
        Assert.Equal(digest, sidecar.Volume.ReadCurrent()!.Manifest.Source.Revision);
        Assert.Equal("hello", pinned.Read("index.html"));
    }

    [Theory]
    [InlineData("by another key")]
    [InlineData("of another artifact")]
    [InlineData("of another artifact, put under this one's tag")]
    [InlineData("of something else than an image")]
    [InlineData("of a payload that was changed")]
    [InlineData("no JSON")]
    [InlineData("no signature")]
    [InlineData("no manifest")]
    public async Task Sync_KeepsServing_WhenTheSignatureIs(string what)
    {
        using var key = SigningKey.Create();
        using var otherKey = SigningKey.Create();
        await using var registry = await FakeRegistry.StartAsync();
        var good = registry.PutImage(_site);
        Sign(registry, good, Payload(good), key.Sign(Payload(good)));
        await using var sidecar = await RunningSidecar.StartAsync(registry.Source, null, null, $"--Sidecar:PublicKeyPath={key.PublicPath}");
        var id = sidecar.Volume.ReadCurrentId()!;
        var bad = registry.PutImage(_other);
        var payload = what switch
        {
            "of another artifact" or "of another artifact, put under this one's tag" => Payload(good),
            "of something else than an image" => Payload(bad, "atomic container signature"),
            "no JSON" => "hello"u8.ToArray(),
            _ => Payload(bad),
        };
        var signature = what switch
        {
            "by another key" => otherKey.Sign(payload),
            "of a payload that was changed" => key.Sign(Payload(good)),
            "no signature" => null,
            _ => key.Sign(payload),
        };
        if (what == "no manifest")
            registry.Tag(TagOf(bad), "hello"u8.ToArray());
        else
            Sign(registry, bad, payload, signature);

        var record = await sidecar.SyncAsync();

        Assert.Equal((SyncResult.Rejected, $"Refused '{registry.Source}:latest' ({bad}): no signature in the tag {TagOf(bad)} is of it and by a key in '{key.PublicPath}'."), (record.Result, record.Error));
        Assert.Equal(1, sidecar.Counters["sidecar.rejections", "signature"]);
        Assert.DoesNotContain(registry.Requests, request => request.Target.EndsWith(OciPush.DigestOf(_other), StringComparison.Ordinal));
        sidecar.AssertServes(id);
    }

    [Fact]
    public async Task Sync_FindsTheSignature_AmongThoseOfOthers()
    {
        using var key = SigningKey.Create();
        using var otherKey = SigningKey.Create();
        await using var registry = await FakeRegistry.StartAsync();
        var digest = registry.PutImage(_site);
        var payload = Payload(digest);
        registry.Put(payload);
        registry.Tag(TagOf(digest), OciPush.Manifest(
            OciPush.Descriptor(payload, PayloadType, $"{Annotation}={otherKey.Sign(payload)}"),
            OciPush.Descriptor(payload, "text/plain", $"{Annotation}={key.Sign(payload)}"),
            OciPush.Descriptor(payload, PayloadType, $"{Annotation}={key.Sign(payload)}")));

        await using var sidecar = await RunningSidecar.StartAsync(registry.Source, null, null, $"--Sidecar:PublicKeyPath={key.PublicPath}");

        Assert.Equal(SyncResult.Published, sidecar.Last.Result);
    }

    [Fact]
    public async Task Sync_AsksForTheTagsOnly_WhileTheSignatureIsMissing()
    {
        using var key = SigningKey.Create();
        await using var registry = await FakeRegistry.StartAsync();
        var digest = registry.PutImage(_site);
        await using var sidecar = await RunningSidecar.StartAsync(registry.Source, null, null, $"--Sidecar:PublicKeyPath={key.PublicPath}");
        var before = registry.Requests.Count;

        await sidecar.SyncAsync();

        Assert.Equal(
            ["HEAD /v2/site/manifests/latest", $"HEAD /v2/site/manifests/{TagOf(digest)}"],
            registry.Requests.Skip(before).Select(r => $"{r.Method} {r.Target}"));
    }

    private static string TagOf(string digest) => digest.Replace(':', '-') + ".sig";

    /// <summary>As cosign 2 writes it.</summary>
    private static byte[] Payload(string digest, string type = "cosign container image signature") => Encoding.UTF8.GetBytes(
        $$$"""{"critical":{"identity":{"docker-reference":"registry/site"},"image":{"docker-manifest-digest":"{{{digest}}}"},"type":"{{{type}}}"},"optional":null}""");

    private static async Task SignAsync(OciPush push, string digest, byte[] payload, SigningKey key)
    {
        await push.ArtifactAsync(TagOf(digest), (payload, PayloadType, [$"{Annotation}={key.Sign(payload)}"]));
    }

    private static void Sign(FakeRegistry registry, string digest, byte[] payload, string? signature)
    {
        registry.Put(payload);
        registry.Tag(TagOf(digest), OciPush.Manifest(OciPush.Descriptor(payload, PayloadType, signature is null ? [] : [$"{Annotation}={signature}"])));
    }
}
