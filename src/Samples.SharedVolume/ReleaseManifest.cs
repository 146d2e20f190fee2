using System.Text.Json;

namespace Samples.SharedVolume;

/// <summary>The content of <c>release.json</c>, schema 1.</summary>
/// <param name="Schema">Version of this format.</param>
/// <param name="Id">The release's id, see <see cref="ReleaseId"/>.</param>
/// <param name="CreatedAt">When the release was first published, RFC 3339 in UTC.</param>
/// <param name="Source">Where the content came from.</param>
/// <param name="Files">All files below <c>www/</c> but the encoded forms, in ordinal order of path.</param>
public sealed record ReleaseManifest(
    int Schema, string Id, DateTimeOffset CreatedAt, ReleaseSource Source, ReleaseFiles Files)
{
    public const int CurrentSchema = 1;

    /// <summary>Reads a manifest that comes from elsewhere, such as another pod: it may say anything that the format can say.</summary>
    /// <exception cref="InvalidDataException">It is not one of schema 1, or its list of files is not the one that its id was made of.</exception>
    public static async Task<ReleaseManifest> ReadAsync(Stream stream, CancellationToken cancellation)
    {
        try
        {
            var document = await JsonSerializer.DeserializeAsync(stream, ManifestJson.Default.ManifestDocument, cancellation).ConfigureAwait(false)
                ?? throw new InvalidDataException("it is empty");
            var manifest = document.ToManifest();
            if (manifest.Schema != CurrentSchema)
                throw new InvalidDataException($"it has schema {manifest.Schema}; this program reads schema {CurrentSchema}");
            if (ReleaseId.Of(manifest.Files) != manifest.Id)
                throw new InvalidDataException($"its list of files is not the one that its id '{manifest.Id}' was made of");
            return manifest;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"it is not a release manifest ({e.Message})", e);
        }
    }

    /// <summary>Bytes of all files, encoded forms not counted.</summary>
    public long TotalSize()
    {
        var size = 0L;
        for (var i = 0; i < Files.Count; i++)
            size += Files.RowOf(i).Size;
        return size;
    }
}
