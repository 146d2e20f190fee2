using System.Text;
using Microsoft.AspNetCore.Http;
using Samples.Sidecar.Sync;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Sources.Oci;

public sealed class OciSignatureTests
{
    private const string PayloadType = "application/vnd.dev.cosign.simplesigning.v1+json";
    private const string BundleType = "application/vnd.dev.sigstore.bundle.v0.3+json";
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
        Assert.Equal($"Refused 'oci+http://{registry.Authority}/site:latest' ({digest}): it is not signed; there is neither a tag {tag} nor a bundle that refers to it.", unsigned.Error);
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

        Assert.Equal((SyncResult.Rejected, $"Refused '{registry.Source}:latest' ({bad}): none of its signatures is of it and by a key in '{key.PublicPath}'."), (record.Result, record.Error));
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
            [
                "HEAD /v2/site/manifests/latest", $"HEAD /v2/site/manifests/{TagOf(digest)}",
                $"GET /v2/site/referrers/{digest}", $"GET /v2/site/manifests/{digest.Replace(':', '-')}",
            ],
            registry.Requests.Skip(before).Select(r => $"{r.Method} {r.Target}"));
    }

    /// <summary>As cosign 3 does it: under the referrers of the manifest, or its tag where the registry keeps no such list.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("listed by the registry")]
    public async Task Sync_PublishesTheArtifact_WhenABundleNamesIt(string listed)
    {
        using var key = SigningKey.Create();
        await using var registry = await FakeRegistry.StartAsync();
        var digest = registry.PutImage(_site);
        var index = PutBundle(registry, Bundle(Statement(digest), key));
        if (listed.Length > 0)
            registry.Spoil = context => context.Request.Path.Value!.Contains("/referrers/", StringComparison.Ordinal) ? Results.Bytes(index).ExecuteAsync(context) : null;
        else
            registry.Tag(digest.Replace(':', '-'), index);

        await using var sidecar = await RunningSidecar.StartAsync(registry.Source, null, null, $"--Sidecar:PublicKeyPath={key.PublicPath}");

        Assert.Null(sidecar.Last.Error);
        Assert.Equal("hello", sidecar.Read("index.html"));
    }

    [Theory]
    [InlineData("by another key")]
    [InlineData("of another artifact")]
    [InlineData("of something else about it")]
    [InlineData("of another type")]
    [InlineData("of nothing")]
    [InlineData("no bundle")]
    [InlineData("in a list that is none")]
    public async Task Sync_RejectsTheArtifact_WhenItsBundleIs(string what)
    {
        using var key = SigningKey.Create();
        using var otherKey = SigningKey.Create();
        await using var registry = await FakeRegistry.StartAsync();
        var digest = registry.PutImage(_site);
        var bundle = what switch
        {
            "by another key" => Bundle(Statement(digest), otherKey),
            "of another artifact" => Bundle(Statement(OciPush.DigestOf(_other)), key),
            "of something else about it" => Bundle(Statement(digest, "https://slsa.dev/provenance/v1"), key),
            "of another type" => Bundle(Statement(digest), key, "text/plain"),
            "of nothing" => """{ "dsseEnvelope": { "payloadType": "application/vnd.in-toto+json", "payload": "", "signatures": [null, {}] } }""",
            _ => "hello",
        };
        registry.Tag(digest.Replace(':', '-'), what == "in a list that is none" ? "<html>"u8.ToArray() : PutBundle(registry, bundle));
        registry.Tag(TagOf(digest), OciPush.Manifest());

        await using var sidecar = await RunningSidecar.StartAsync(registry.Source, null, null, $"--Sidecar:PublicKeyPath={key.PublicPath}");

        Assert.Equal($"Refused '{registry.Source}:latest' ({digest}): none of its signatures is of it and by a key in '{key.PublicPath}'.", sidecar.Last.Error);
        Assert.Equal(1, sidecar.Counters["sidecar.rejections", "signature"]);
    }

    private static string Statement(string digest, string predicate = "https://sigstore.dev/cosign/sign/v1") =>
        $$$"""{"_type":"https://in-toto.io/Statement/v1","subject":[{"digest":{"sha256":"{{{digest["sha256:".Length..]}}}"}}],"predicateType":"{{{predicate}}}","predicate":{}}""";

    private static string Bundle(string statement, SigningKey key, string type = "application/vnd.in-toto+json")
    {
        var signature = key.Sign(Encoding.UTF8.GetBytes($"DSSEv1 {type.Length} {type} {statement.Length} {statement}"));
        return $$$"""
            {"mediaType":"{{{BundleType}}}","verificationMaterial":{"publicKey":{"hint":"x"},"tlogEntries":[]},
            "dsseEnvelope":{"payload":"{{{Convert.ToBase64String(Encoding.UTF8.GetBytes(statement))}}}","payloadType":"{{{type}}}","signatures":[{"sig":"{{{signature}}}"}]}}
            """;
    }

    /// <summary>The index that lists a manifest with the bundle.</summary>
    private static byte[] PutBundle(FakeRegistry registry, string bundle)
    {
        var bytes = Encoding.UTF8.GetBytes(bundle);
        registry.Put(bytes);
        var manifest = OciPush.Manifest(OciPush.Descriptor(bytes, BundleType));
        registry.Put(manifest);
        var descriptor = OciPush.Descriptor(manifest, OciPush.ManifestType);
        descriptor["artifactType"] = BundleType;
        return OciPush.Index(descriptor);
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
