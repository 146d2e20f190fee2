namespace Samples.Sidecar.Sources.Oci;

/// <summary>
/// An image manifest or an image index, OCI's or Docker's, whose fields are the same (OCI image spec, manifest and image-index):
/// which of both tells the list that it has.
/// </summary>
/// <param name="SchemaVersion">2 for all that are read here.</param>
/// <param name="Layers">Of a manifest, the lowest first.</param>
/// <param name="Manifests">Of an index, one a platform.</param>
internal sealed record OciManifest(int SchemaVersion, IReadOnlyList<OciDescriptor>? Layers = null, IReadOnlyList<OciDescriptor>? Manifests = null);
