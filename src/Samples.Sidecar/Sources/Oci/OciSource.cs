namespace Samples.Sidecar.Sources.Oci;

/// <summary>
/// An artifact or an image in an OCI registry (OCI distribution spec). Its revision is the digest of its manifest, or of its
/// index, to ask for which takes one HEAD; a reference that names the digest itself is asked for once.
/// </summary>
internal sealed class OciSource : IContentSource
{
    private readonly OciReference _reference;
    private readonly OciRegistry _registry;

    public OciSource(OciReference reference, SourceSettings settings, TimeProvider clock)
    {
        // Only what the registry asks for is sent there: its token service may be elsewhere.
        var http = GuardedHttp.Create(reference.Registry, settings, authorizes: false);
        var credentials = new Credentials(settings);
        _reference = reference;
        _registry = new OciRegistry(reference, http, new OciLogin(reference, http, credentials, clock), clock);
    }

    public string Kind => "oci";

    public string Uri => _reference.ToString();

    public async Task<IContentRevision?> CheckAsync(string? knownRevision, CancellationToken cancellation)
    {
        var digest = _reference.Digest ?? await _registry.FindAsync(_reference.Tag!, cancellation)
            ?? throw new SourceUnavailableException($"The registry has no '{_reference}': HEAD answered 404 Not Found.");
        return digest.ToString() == knownRevision ? null : new OciRevision(this, digest);
    }

    private sealed class OciRevision(OciSource source, OciDigest digest) : IContentRevision
    {
        public string Revision => digest.ToString();

        public async Task<bool> StageAsync(ContentSink sink, CancellationToken cancellation)
        {
            await new OciContent(source._reference, source._registry, sink, cancellation).StageAsync(digest);
            return true;
        }

        public void Dispose()
        {
        }
    }
}
