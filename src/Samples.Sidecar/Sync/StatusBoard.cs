using Microsoft.Extensions.Options;
using Samples.SharedVolume;
using Samples.Sidecar.Sources;

namespace Samples.Sidecar.Sync;

/// <summary>The latest <see cref="SidecarStatus"/>, written by the loop alone, and a way to wait for the next.</summary>
public sealed class StatusBoard
{
    /// <summary>How many syncs are remembered.</summary>
    public const int MaxSyncs = 20;

    private readonly Healer _healer;
    private readonly Freshness _freshness;
    private readonly SyncMetrics _metrics;
    private Page _page;

    public StatusBoard(SourceSet source, IOptions<SidecarOptions> options, Healer healer, Freshness freshness, SyncMetrics metrics)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        (_healer, _freshness, _metrics) = (healer, freshness, metrics);
        _page = new Page(SidecarStatus.OfNothing(source.Uri, options.Value.Interval));
    }

    public SidecarStatus Current => _page.Status;

    /// <summary>The current status, and a way to learn that there is a newer one.</summary>
    internal Page CurrentPage => _page;

    public void Started(Volume volume) => Write(volume, Read(volume, Current) with { State = SidecarState.Starting });

    public void Standby(Volume volume) => Write(volume, Read(volume, Current) with { State = SidecarState.Standby });

    public void Synced(VolumeWriter writer, SyncRecord record, int failures, DateTimeOffset nextSyncAt)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(record);
        var status = Read(writer.Volume, Current, writer.ReadCurrent);
        var isRepeat = record.Result == SyncResult.Unchanged && status.Syncs is [{ Result: SyncResult.Unchanged }, ..];
        Write(writer.Volume, status with
        {
            State = !record.IsSuccess ? SidecarState.Failing : status.Pinned is null ? SidecarState.Synced : SidecarState.Pinned,
            LastSuccessAt = _freshness.LastSuccessAt,
            ConsecutiveFailures = failures,
            NextSyncAt = nextSyncAt,
            Syncs = [record, .. status.Syncs.Skip(isRepeat ? 1 : 0).Take(MaxSyncs - 1)],
            Repairs = _healer.Repairs,
            Damage = _healer.Damage?.Problem,
        });
    }

    /// <summary>What the volume itself says, with the rest from an earlier status.</summary>
    /// <param name="readCurrent">Reads the current release at less cost than the volume does.</param>
    public static SidecarStatus Read(Volume volume, SidecarStatus status, Func<Release?>? readCurrent = null)
    {
        ArgumentNullException.ThrowIfNull(volume);
        ArgumentNullException.ThrowIfNull(status);
        var current = volume.ReadCurrentId();
        var releases = volume.ListReleases();
        var since = releases.FirstOrDefault(r => r.Id == current)?.LastCurrentAt;
        var isKnown = since is not null && status.Release?.Id == current && status.Release?.CurrentSince == since;
        return status with
        {
            Release = isKnown ? status.Release : Describe((readCurrent ?? volume.ReadCurrent)(), since),
            LastSuccessAt = volume.ReadSyncedAt(),
            Pinned = volume.ReadPin(),
            Retained = [.. releases.Where(r => r.Id != current).Select(r => new RetainedStatus(r.Id, r.LastCurrentAt))],
        };
    }

    private static ReleaseStatus? Describe(Release? release, DateTimeOffset? since) => release is null
        ? null
        : new ReleaseStatus(release.Id, release.Manifest.CreatedAt, since ?? release.Manifest.CreatedAt, release.Manifest.Source,
            release.Manifest.Files.Count, release.Manifest.TotalSize());

    private void Write(Volume volume, SidecarStatus status)
    {
        _metrics.Holding(volume, status);
        var page = _page;
        _page = new Page(status);
        page.Turn();
    }

    /// <summary>A status that ends when the next is written. Holding one keeps no other alive.</summary>
    internal sealed class Page(SidecarStatus status)
    {
        private readonly TaskCompletionSource _turned = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public SidecarStatus Status { get; } = status;

        public Task Turned => _turned.Task;

        public void Turn() => _turned.SetResult();
    }
}
