using System.Text.Json.Serialization;

namespace Samples.Sidecar.Sync;

/// <summary>One sync, as <c>/status</c> tells it.</summary>
/// <param name="At">When it began.</param>
/// <param name="DurationMs">How long it took, in milliseconds.</param>
/// <param name="Result">How it ended.</param>
/// <param name="Release">The release that it published, or null.</param>
/// <param name="Error">What went wrong, or null.</param>
public sealed record SyncRecord(DateTimeOffset At, double DurationMs, SyncResult Result, string? Release, string? Error)
{
    /// <summary>How long the source asks to be left alone, or null.</summary>
    [JsonIgnore]
    public TimeSpan? RetryAfter { get; init; }

    [JsonIgnore]
    public bool IsSuccess => Result is SyncResult.Published or SyncResult.Unchanged or SyncResult.Pinned;

    /// <summary>In one sentence, for the person who asked for the sync.</summary>
    public string Describe() => this switch
    {
        { Error: { } error } => error,
        { Release: { } release } => $"Published release {release}.",
        { Result: SyncResult.Pinned } => "A rollback has pinned the current release; 'sidecar unpin' resumes the syncs.",
        _ => "The source has nothing new.",
    };
}
