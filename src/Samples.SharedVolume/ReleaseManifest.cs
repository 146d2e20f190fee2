namespace Samples.SharedVolume;

/// <summary>The content of <c>release.json</c>, schema 1.</summary>
/// <param name="Schema">Version of this format.</param>
/// <param name="Id">The release's id, see <see cref="ReleaseId"/>.</param>
/// <param name="CreatedAt">When the release was first published, RFC 3339 in UTC.</param>
/// <param name="Source">Where the content came from.</param>
/// <param name="Files">All files below <c>www/</c> but the encoded forms, in ordinal order of path.</param>
public sealed record ReleaseManifest(
    int Schema, string Id, DateTimeOffset CreatedAt, ReleaseSource Source, IReadOnlyList<ReleaseFile> Files)
{
    public const int CurrentSchema = 1;

    /// <summary>Bytes of all files, encoded forms not counted.</summary>
    public long TotalSize() => Files.Sum(f => f.Size);
}
