using Samples.SharedVolume;

namespace Samples.Sidecar.Sources.Oci;

/// <summary>
/// Brings what a manifest names into a release: archives are unpacked, as layers of an image over one another; files that ORAS
/// pushed are taken as they are. One layer at a time is saved, held against its digest, and only then opened.
/// </summary>
internal sealed class OciContent(OciReference reference, OciRegistry registry, ContentSink sink, CancellationToken cancellation)
{
    private readonly ImageOverlay _overlay = new(reference.Folder);
    private readonly Expansion _expansion = new(sink.Limits);

    /// <exception cref="ContentRejectedException">It must not be published, or is in no form that is known here.</exception>
    public async Task StageAsync(OciDigest digest)
    {
        var manifest = await registry.ReadManifestAsync(digest, cancellation);
        if (manifest is { Manifests: { } platforms, Layers: null })
            manifest = await registry.ReadManifestAsync(OciPlatforms.Choose(platforms, $"{reference}"), cancellation);
        if (manifest is not { SchemaVersion: 2, Layers: { } layers, Manifests: null })
            throw Unsupported("it is no manifest of an image or an artifact, schema 2.");

        foreach (var layer in layers.Reverse().Where(layer => !layer.IsEmpty))
        {
            await StageAsync(layer);
            _overlay.Descend();
        }

        if (!_overlay.HasFiles && reference.Folder is { } folder)
            throw new ContentRejectedException(RejectionReason.Empty, $"Refused '{reference}': it has no file in '{folder}'.");
    }

    private async Task StageAsync(OciDescriptor layer)
    {
        var form = LayerForm.Of(layer) ?? throw Unsupported(
            $"layer {layer.Digest} has the media type '{layer.MediaType}', which is neither tar nor tar+gzip nor that of a file with a title.");
        await registry.SaveBlobAsync(layer, sink, cancellation);
        if (form.FileName is { } name)
            AddFile(name);
        else
            Archive.UnpackTar($"{reference} layer {layer.Digest}", IsGzipped(layer), sink, _expansion, _overlay.Place, cancellation);
    }

    private void AddFile(string name)
    {
        if (_overlay.Place(name, isFolder: false) is not { } path)
            return;
        using var file = File.OpenRead(sink.Scratch.MainFile);
        sink.Add(path, file, DateTimeOffset.UnixEpoch, file.Length, cancellation);
    }

    /// <summary>The bytes themselves say so; media types of artifacts are anybody's.</summary>
    private bool IsGzipped(OciDescriptor layer)
    {
        Span<byte> start = stackalloc byte[4];
        using var file = File.OpenRead(sink.Scratch.MainFile);
        start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        return start.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD])
            ? throw Unsupported($"layer {layer.Digest} is compressed by zstd; push it with gzip.")
            : start.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]);
    }

    private ContentRejectedException Unsupported(string problem) => new(RejectionReason.Unsupported, $"Refused '{reference}': {problem}");
}
