using System.Text;
using Samples.SharedVolume;
using Samples.Sidecar.Sources.Signatures;

namespace Samples.Sidecar.Sources.Oci;

/// <summary>
/// An artifact or an image in an OCI registry (OCI distribution spec). Its revision is the digest of its manifest, or of its
/// index, to ask for which takes one HEAD; a reference that names the digest itself is asked for once.
/// </summary>
internal sealed class OciSource : IContentSource
{
    private readonly OciReference _reference;
    private readonly SourceSettings _settings;
    private readonly OciRegistry _registry;
    private readonly OciSignatures _signatures;

    public OciSource(OciReference reference, SourceSettings settings, TimeProvider clock)
    {
        // Only what the registry asks for is sent there: its token service may be elsewhere.
        var http = GuardedHttp.Create(reference.Registry, settings, authorizes: false);
        _reference = reference;
        _settings = settings;
        _registry = new OciRegistry(reference, http, new OciLogin(reference, http, new Credentials(settings), clock), clock);
        _signatures = new OciSignatures(_registry);
    }

    public string Kind => "oci";

    public string Uri => _reference.ToString();

    public async Task<IContentRevision?> CheckAsync(string? knownRevision, CancellationToken cancellation)
    {
        var known = UnsignedMark.Split(knownRevision, out var mark);
        var digest = _reference.Digest ?? await _registry.FindAsync(_reference.Tag!, cancellation)
            ?? throw new SourceUnavailableException($"The registry has no '{_reference}': HEAD answered 404 Not Found.");
        // The same as before. What was rejected may have been signed since.
        return digest.ToString() == known && (mark is null || mark == await FindMarkAsync(digest, cancellation)) ? null : new OciRevision(this, digest);
    }

    private async Task<UnsignedMark?> FindMarkAsync(OciDigest digest, CancellationToken cancellation) =>
        TrustedKeys.Read(_settings.PublicKeyPath) is { } keys ? MarkOf(keys, await _signatures.FindAsync(digest, cancellation)) : null;

    private static UnsignedMark MarkOf(TrustedKeys keys, OciDigest? signatures) => keys.MarkOf(Encoding.ASCII.GetBytes($"{signatures}"));

    private sealed class OciRevision(OciSource source, OciDigest digest) : IContentRevision
    {
        public string Revision { get; private set; } = digest.ToString();

        public async Task<bool> StageAsync(ContentSink sink, CancellationToken cancellation)
        {
            if (TrustedKeys.Read(source._settings.PublicKeyPath) is { } keys)
                await RequireSignatureAsync(keys, cancellation);
            await new OciContent(source._reference, source._registry, sink, cancellation).StageAsync(digest);
            return true;
        }

        public void Dispose()
        {
        }

        /// <summary>All else hangs on the manifest's digest: what is unpacked is what was signed.</summary>
        private async Task RequireSignatureAsync(TrustedKeys keys, CancellationToken cancellation)
        {
            var signatures = await source._signatures.FindAsync(digest, cancellation);
            if (signatures is not null && await source._signatures.AreOfAsync(signatures, digest, keys, cancellation))
                return;

            Revision = MarkOf(keys, signatures).Behind(Revision);
            throw new ContentRejectedException(RejectionReason.Signature, signatures is null
                ? $"Refused '{source.Uri}' ({digest}): it is not signed; there is no tag {digest.AsTag}.sig."
                : $"Refused '{source.Uri}' ({digest}): no signature in the tag {digest.AsTag}.sig is of it and by a key in '{source._settings.PublicKeyPath}'.");
        }
    }
}
