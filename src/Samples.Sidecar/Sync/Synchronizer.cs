using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Options;
using Samples.SharedVolume;
using Samples.Sidecar.Gates;
using Samples.Sidecar.Sources;

namespace Samples.Sidecar.Sync;

/// <summary>
/// One sync: look after the volume → check the source → stage → gates → publish → collect. Whatever fails, it fails before <c>current</c> is
/// touched, and becomes a record instead of an exception: the next sync starts afresh.
/// </summary>
public sealed partial class Synchronizer(
    SourceSet source, IOptions<SidecarOptions> options, Healer healer, SyncMetrics metrics, TimeProvider clock, ILogger<Synchronizer> logger)
{
    private readonly SidecarOptions _options = options.Value;
    private readonly ContentLimits _limits = options.Value.Limits.ToContentLimits();

    private readonly IReadOnlyList<IPublishGate> _gates = PublishGates.Create(options.Value);
    private readonly RetentionPolicy _retention = new(options.Value.Keep, options.Value.Grace, options.Value.MaxRetainedBytes?.Bytes);

    /// <summary>What was synced last and which release it became; void once another release is current.</summary>
    private (string? Revision, string? Release) _known;
    private (string Revision, ContentRejectedException Cause)? _quarantined;

    /// <summary>Runs one sync to its end.</summary>
    /// <exception cref="OperationCanceledException">The program stops; staging is abandoned.</exception>
    public async Task<SyncRecord> SyncAsync(VolumeWriter writer, CancellationToken stopping)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var (at, started) = (clock.GetUtcNow(), clock.GetTimestamp());
        using var activity = Tracing.Start("sync");
        using var timeout = new CancellationTokenSource(_options.Timeout, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping, timeout.Token);

        var record = new SyncRecord(at, 0, SyncResult.Failed, null, null);
        try
        {
            var damage = healer.Examine(writer);
            if (writer.Volume.ReadPin() is { } pinned)
            {
                record = record with { Result = SyncResult.Pinned };
                // A rollback that was killed between the pin and the swap.
                if (writer.Volume.TryOpen(pinned) is not null)
                    writer.SwitchTo(pinned);
            }
            else
            {
                var published = await PublishAsync(writer, damage, limit.Token);
                record = record with { Result = published is null ? SyncResult.Unchanged : SyncResult.Published, Release = published?.Id };
            }

            Collect(writer);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            record = record with { Error = $"The sync took longer than Sidecar__Timeout allows, {_options.Timeout}." };
        }
        catch (ContentRejectedException e)
        {
            metrics.Rejected(e.Reason);
            record = record with { Result = SyncResult.Rejected, Error = e.Message };
        }
        catch (SourceUnavailableException e)
        {
            record = record with { Error = e.Message, RetryAfter = e.RetryAfter };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            record = record with { Error = e.Message };
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A process that ends over and over would take its pod out of service.
            Log.Unforeseen(logger, e);
            record = record with { Error = $"An error that nobody foresaw; please report it: {e.Message}" };
        }

        record = record with { DurationMs = clock.GetElapsedTime(started).TotalMilliseconds };
        metrics.Synced(record);
        activity?.SetTag("sync.result", record.Result.ToString()).SetTag("release", record.Release);
        if (!record.IsSuccess)
            activity?.SetStatus(ActivityStatusCode.Error, record.Error);
        return record;
    }

    private async Task<Release?> PublishAsync(VolumeWriter writer, Damage? damage, CancellationToken cancellation)
    {
        // What is damaged is fetched whole, whatever its revision.
        var known = damage is null ? KnownRevision(writer) : null;
        using var revision = await CheckAsync(_quarantined?.Revision ?? known, cancellation);
        if (revision is null)
            return NothingNew(_quarantined?.Revision);
        if (revision.Revision is not null)
            _quarantined = null;
        if (known is not null && revision.Revision == known)
            return null;

        var started = clock.GetTimestamp();
        using var staged = writer.Stage(_limits, share: damage is null, isSound: damage is null);
        try
        {
            if (!await StageAsync(revision, staged, cancellation))
                return NothingNew(revision.Revision);

            var made = new ReleaseSource(source.Kind, source.Uri, revision.Revision);
            foreach (var gate in _gates)
                await gate.CheckAsync(staged, made, cancellation);

            _quarantined = null;
            var outgoing = writer.Volume.ReadCurrentId();
            var (release, changed) = Publish(writer, staged, made, damage is not null, cancellation);
            _known = (revision.Revision, release.Id);
            metrics.Fetched(staged);
            healer.Published(release, damage);
            if (!changed)
                return null;
            Log.Published(logger, release.Id, release.Manifest.Files.Count, release.Manifest.TotalSize(), staged.ReusedSize, outgoing,
                source.Uri, revision.Revision, clock.GetElapsedTime(started).TotalMilliseconds.ToString("F0", CultureInfo.InvariantCulture));
            return release;
        }
        catch (ContentRejectedException e) when (e.Reason is not RejectionReason.Corrupt && revision.Revision is { } rejected)
        {
            // What is corrupt may have been cut short on the way; all else stays as it is until the source changes.
            _quarantined = (rejected, e);
            throw;
        }
    }

    private async Task<SourceSet.SetRevision?> CheckAsync(string? known, CancellationToken cancellation)
    {
        using var activity = Tracing.Start("check");
        return await source.CheckAsync(known, cancellation);
    }

    private static async Task<bool> StageAsync(SourceSet.SetRevision revision, StagedRelease staged, CancellationToken cancellation)
    {
        using var activity = Tracing.Start("stage");
        return await revision.StageAsync(staged, cancellation);
    }

    private static Publication Publish(VolumeWriter writer, StagedRelease staged, ReleaseSource made, bool replace, CancellationToken cancellation)
    {
        using var activity = Tracing.Start("publish");
        return writer.Publish(staged, made, cancellation, replace);
    }

    /// <summary>A rejected revision stays rejected for as long as the source has it.</summary>
    private Release? NothingNew(string? revision) => _quarantined is { } quarantined && quarantined.Revision == revision
        ? throw new ContentRejectedException(quarantined.Cause.Reason, quarantined.Cause.Message, quarantined.Cause)
        : null;

    /// <summary>The revision that the current release was made of: by this process, or by an earlier one from the same source.</summary>
    private string? KnownRevision(VolumeWriter writer)
    {
        if (writer.ReadCurrent() is not { } current)
            return null;
        if (_known.Release is null && current.Manifest.Source is var made && made.Kind == source.Kind && made.Uri == source.Uri)
            _known = (made.Revision, current.Id);
        return _known.Release == current.Id ? _known.Revision : null;
    }

    /// <summary>A release that cannot be removed costs space, not the sync.</summary>
    private void Collect(VolumeWriter writer)
    {
        try
        {
            foreach (var id in writer.Collect(_retention))
                Log.Removed(logger, id);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.CollectFailed(logger, e.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Published release {Release} ({Files} files, {Bytes} bytes, {ReusedBytes} of them unchanged) in place of {Outgoing}, from {Source} at revision {Revision}, in {DurationMs} ms")]
        public static partial void Published(ILogger logger, string release, int files, long bytes, long reusedBytes, string? outgoing, string source, string? revision, string durationMs);

        [LoggerMessage(LogLevel.Information, "Removed release {Release}, which retention no longer keeps")]
        public static partial void Removed(ILogger logger, string release);

        [LoggerMessage(LogLevel.Error, "A sync failed by an error that nobody foresaw; please report it")]
        public static partial void Unforeseen(ILogger logger, Exception exception);

        [LoggerMessage(LogLevel.Warning, "An old release could not be removed: {Problem}")]
        public static partial void CollectFailed(ILogger logger, string problem);
    }
}
