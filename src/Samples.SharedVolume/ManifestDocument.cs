namespace Samples.SharedVolume;

/// <summary><c>release.json</c> as it is read: file by file into a <see cref="PackedFiles"/>. It is written by <see cref="ManifestWriter"/>.</summary>
internal sealed record ManifestDocument(int Schema, string Id, DateTimeOffset CreatedAt, ReleaseSource Source, PackedFiles Files)
{
    public ReleaseManifest ToManifest() => new(Schema, Id, CreatedAt, Source, new ReleaseFiles(Files));
}
