using System.Text.Json;

namespace Samples.SharedVolume;

/// <summary>A published release: an immutable directory with its manifest beside its document root.</summary>
/// <param name="Directory">Absolute path of <c>releases/&lt;id&gt;</c>, with no symlink left to resolve.</param>
/// <param name="Manifest">What <c>release.json</c> says.</param>
public sealed record Release(string Directory, ReleaseManifest Manifest)
{
    public const string ManifestName = "release.json";
    public const string DocumentRootName = "www";

    public string Id => Manifest.Id;

    public string DocumentRoot => Path.Combine(Directory, DocumentRootName);

    /// <summary>Absolute path of a file of this release.</summary>
    public string PathOf(ReleaseFile file) => Path.Combine(DocumentRoot, file.Path);

    /// <summary>Absolute path of an encoded form of a file, beside the file itself.</summary>
    public string PathOf(ReleaseFile file, FileEncoding encoding) => PathOf(file) + encoding.Extension;

    /// <summary>Reads the manifest of a release.</summary>
    /// <exception cref="FileNotFoundException">There is no manifest.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such release.</exception>
    /// <exception cref="InvalidDataException">The manifest is not one of schema 1, or is not this directory's.</exception>
    public static Release Open(string directory)
    {
        var path = Path.Combine(directory, ManifestName);
        if (new FileInfo(path).LinkTarget is not null || System.IO.Directory.Exists(path))
            throw new InvalidDataException($"'{path}' is not a file.");

        var manifest = Read(path);
        if (manifest.Schema != ReleaseManifest.CurrentSchema)
            throw new InvalidDataException($"'{path}' has schema {manifest.Schema}; this program reads schema {ReleaseManifest.CurrentSchema}.");
        if (manifest.Id != Path.GetFileName(directory))
            throw new InvalidDataException($"'{path}' says it is release '{manifest.Id}'.");
        if (manifest.Files.HasTwins() || !manifest.Files.HasKnownCodingsOnly)
            throw new InvalidDataException($"'{path}' lists a file twice, or one that is no file of schema {ReleaseManifest.CurrentSchema}.");
        return new Release(directory, manifest);
    }

    private static ReleaseManifest Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return JsonSerializer.Deserialize(stream, ManifestJson.Default.ManifestDocument)?.ToManifest() ?? throw new InvalidDataException("it is empty");
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            throw new InvalidDataException($"'{path}' is not a release manifest: {e.Message}", e);
        }
    }
}
