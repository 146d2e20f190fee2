using Samples.SharedVolume;

namespace Samples.Sidecar.Sync;

/// <summary>Something for the loop to do before its next sync; null for just the sync.</summary>
internal sealed record LoopRequest(Action<VolumeWriter>? Change)
{
    /// <summary>The sync that came right after.</summary>
    public TaskCompletionSource<SyncRecord> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
