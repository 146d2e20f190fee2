using System.Collections.Frozen;
using Samples.SharedVolume;

namespace Samples.Server;

/// <summary>Finds files of the releases on the volume by their hash, for <see cref="ReleaseShare"/>.</summary>
/// <remarks>Manifests are read when the volume's releases change, not when somebody asks for what is not there.</remarks>
internal sealed class ReleaseShelf(Volume volume)
{
    private readonly Lock _lock = new();
    private FrozenDictionary<string, (Release Release, ReleaseFile File)> _files = FrozenDictionary<string, (Release, ReleaseFile)>.Empty;
    private DateTime _readAt;

    /// <summary>The file's absolute path and its size; null where no release has it.</summary>
    /// <param name="sha256">64 lower-case hex digits.</param>
    /// <exception cref="InvalidDataException">What the manifest lists is a link, or is not as it says.</exception>
    public (string Path, long Size)? Find(string sha256)
    {
        if (!Files().TryGetValue(sha256, out var found))
            return null;

        // As at load, and once more: what is handed to other pods is a file of the release itself, never what a link leads to.
        var (release, file) = found;
        for (var slash = file.Path.LastIndexOf('/'); slash > 0; slash = file.Path.LastIndexOf('/', slash - 1))
            SitePath.RequireDirectory(Path.Combine(release.DocumentRoot, file.Path[..slash]));
        SitePath.RequireDirectory(release.DocumentRoot);
        SitePath.RequireFile(release.PathOf(file), file.Size);
        return (release.PathOf(file), file.Size);
    }

    private FrozenDictionary<string, (Release Release, ReleaseFile File)> Files()
    {
        lock (_lock)
        {
            var changedAt = Directory.GetLastWriteTimeUtc(volume.ReleasesDirectory);
            if (changedAt == _readAt)
                return _files;

            var files = new Dictionary<string, (Release, ReleaseFile)>(StringComparer.Ordinal);
            foreach (var release in volume.ListReleases().Select(r => volume.TryOpen(r.Id)).OfType<Release>())
            {
                foreach (var file in release.Manifest.Files.Where(f => SitePath.IsSound(f.Path)))
                    files.TryAdd(file.Sha256, (release, file));
            }

            _readAt = changedAt;
            return _files = files.ToFrozenDictionary(StringComparer.Ordinal);
        }
    }
}
