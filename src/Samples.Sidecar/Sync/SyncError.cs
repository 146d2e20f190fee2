namespace Samples.Sidecar.Sync;

/// <summary>The content of the error-file.</summary>
/// <param name="Time">When the sync began that failed last.</param>
/// <param name="Error">What went wrong.</param>
/// <param name="ConsecutiveFailures">Syncs in a row that failed.</param>
public sealed record SyncError(DateTimeOffset Time, string Error, int ConsecutiveFailures);
