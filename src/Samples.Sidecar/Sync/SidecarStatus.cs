using Samples.SharedVolume;

namespace Samples.Sidecar.Sync;

/// <summary>What <c>/status</c> says, and every event of <c>/events</c>.</summary>
/// <param name="State">See <see cref="SidecarState"/>.</param>
/// <param name="Source">The source's address, without credentials.</param>
/// <param name="Interval">Between two checks.</param>
/// <param name="Release">The current release, or null.</param>
/// <param name="Pinned">The id that a rollback has pinned, or null.</param>
/// <param name="Retained">The other releases, the one that was current last first.</param>
/// <param name="LastSuccessAt">End of the last sync that did not fail, this process's or an earlier one's, or null.</param>
/// <param name="ConsecutiveFailures">Syncs in a row that failed.</param>
/// <param name="NextSyncAt">When the next sync is due, or null.</param>
/// <param name="Syncs">The last syncs, newest first, at most <see cref="StatusBoard.MaxSyncs"/>; of a run without news only the last.</param>
/// <param name="Repairs">The last repairs of the volume, newest first, at most <see cref="Healer.MaxRepairs"/>.</param>
/// <param name="Damage">What is wrong with what is served and was not mended yet, or null.</param>
public sealed record SidecarStatus(
    SidecarState State,
    string Source,
    TimeSpan Interval,
    ReleaseStatus? Release,
    string? Pinned,
    IReadOnlyList<RetainedStatus> Retained,
    DateTimeOffset? LastSuccessAt,
    int ConsecutiveFailures,
    DateTimeOffset? NextSyncAt,
    IReadOnlyList<SyncRecord> Syncs,
    IReadOnlyList<Repair> Repairs,
    string? Damage)
{
    /// <summary>Before anything was looked at.</summary>
    public static SidecarStatus OfNothing(string source, TimeSpan interval) => new(SidecarState.Starting, source, interval, null, null, [], null, 0, null, [], [], null);
}

/// <param name="Id">The release's id.</param>
/// <param name="CreatedAt">When it was first published.</param>
/// <param name="CurrentSince">When it became current.</param>
/// <param name="Source">Who published it, from what.</param>
/// <param name="Files">Number of files.</param>
/// <param name="Bytes">Of all files, encoded forms not counted.</param>
public sealed record ReleaseStatus(string Id, DateTimeOffset CreatedAt, DateTimeOffset CurrentSince, ReleaseSource Source, int Files, long Bytes);

/// <param name="Id">The release's id.</param>
/// <param name="RetiredAt">When it stopped being current.</param>
public sealed record RetainedStatus(string Id, DateTimeOffset RetiredAt);
