using Samples.SharedVolume;

namespace Samples.Sidecar.Notify;

/// <summary>What <c>Sidecar__NotifyUrl</c> is told, as JSON.</summary>
/// <param name="Release">The release that is current now.</param>
/// <param name="Previous">The release that it was told of before, or null.</param>
/// <param name="CreatedAt">When the release was first published.</param>
/// <param name="Source">Who published it, from what.</param>
/// <param name="Files">Number of files.</param>
/// <param name="Bytes">Of all files, encoded forms not counted.</param>
public sealed record Notification(string Release, string? Previous, DateTimeOffset CreatedAt, ReleaseSource Source, int Files, long Bytes)
{
    /// <summary>Of the current release; null where there is none, init painted it, or it was told of.</summary>
    /// <exception cref="IOException">The volume cannot be read.</exception>
    public static Notification? Pending(Volume volume)
    {
        ArgumentNullException.ThrowIfNull(volume);
        var previous = volume.ReadNotified();
        return volume.ReadCurrentId() is { } id && id != previous && volume.TryOpen(id)?.Manifest is { Source.Kind: not ReleaseSource.InitKind } manifest
            ? new Notification(id, previous, manifest.CreatedAt, manifest.Source, manifest.Files.Count, manifest.TotalSize())
            : null;
    }
}
