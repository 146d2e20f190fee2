namespace Samples.Sidecar.Sync;

/// <summary>Something that was mended, as <c>/status</c> tells it.</summary>
/// <param name="At">When.</param>
/// <param name="Reason">What kind of thing was wrong.</param>
/// <param name="Problem">What was wrong, and where.</param>
/// <param name="Release">The release that is current since, or null.</param>
public sealed record Repair(DateTimeOffset At, RepairReason Reason, string Problem, string? Release);
