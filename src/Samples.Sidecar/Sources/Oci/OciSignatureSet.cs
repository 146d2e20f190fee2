namespace Samples.Sidecar.Sources.Oci;

/// <summary>Where a manifest's signatures are.</summary>
/// <param name="Tagged">The manifest under the tag <c>sha256-….sig</c>, or null.</param>
/// <param name="Bundles">Manifests that refer to it, each with a bundle or with something else.</param>
internal sealed record OciSignatureSet(OciDigest? Tagged, IReadOnlyList<OciDigest> Bundles)
{
    public bool IsEmpty => Tagged is null && Bundles.Count == 0;

    /// <summary>Changes whenever a signature comes or goes.</summary>
    public override string ToString() => string.Join(' ', Bundles.Prepend(Tagged));
}
