namespace Samples.Sidecar.Sources.Oci;

/// <summary>How a layer's blob becomes content.</summary>
/// <param name="FileName">The file that it is; null for an archive of files.</param>
internal sealed record LayerForm(string? FileName)
{
    private static readonly LayerForm _archive = new(FileName: null);

    /// <summary>Null for a form that is not known here.</summary>
    public static LayerForm? Of(OciDescriptor layer)
    {
        var type = layer.MediaType;
        if (type.Contains("zstd", StringComparison.Ordinal) || type.EndsWith("+encrypted", StringComparison.Ordinal))
            return null;
        if (layer.IsPackedFolder || type.EndsWith(".tar+gzip", StringComparison.Ordinal) || type.EndsWith(".tar.gzip", StringComparison.Ordinal) || type.EndsWith("+tar+gzip", StringComparison.Ordinal))
            return _archive;
        // ORAS calls every file a tar layer unless it is told otherwise.
        if (layer.Title is { Length: > 0 } title)
            return new LayerForm(title);
        return type.EndsWith(".tar", StringComparison.Ordinal) ? _archive : null;
    }
}
