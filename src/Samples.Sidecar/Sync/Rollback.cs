using Samples.SharedVolume;

namespace Samples.Sidecar.Sync;

/// <summary>Going back to a retained release, and staying there.</summary>
public static class Rollback
{
    public const string Unpinned = "Unpinned; the syncs have resumed.";

    public static string Describe(string id) => $"Release {id} is current and pinned; 'sidecar unpin' resumes the syncs.";

    /// <summary>Swaps to a retained release and pins it, so that the next sync does not undo it.</summary>
    /// <param name="writer">Of the volume.</param>
    /// <param name="id">The release, or the first digits of its id where they are enough; null for the one that was current last.</param>
    /// <returns>The full id.</returns>
    /// <exception cref="RollbackException">There is no such release, more than one, or it is damaged.</exception>
    public static string To(VolumeWriter writer, string? id)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var retained = writer.Volume.ListReleases();
        var current = writer.Volume.ReadCurrentId();
        var found = retained.Where(r => id is null ? r.Id != current : r.Id.StartsWith(id, StringComparison.Ordinal)).Select(r => r.Id).ToArray();
        var target = found switch
        {
            [] => throw new RollbackException($"There is no release {id ?? "to go back to"}; retained are: {string.Join(", ", retained.Select(r => r.Id))}."),
            [var first, ..] when id is null || found.Length == 1 => first,
            _ => throw new RollbackException($"'{id}' fits several releases: {string.Join(", ", found)}."),
        };

        var problem = writer.Volume.TryOpen(target) is { } release ? ReleaseVerifier.FindProblemInContent(release) : "its manifest cannot be read";
        if (problem is not null)
            throw new RollbackException($"Release {target} is damaged: {problem}.");

        // Pinned first: killed in between, the volume keeps what it has instead of syncing it away.
        writer.Pin(target);
        writer.SwitchTo(target);
        return target;
    }
}
