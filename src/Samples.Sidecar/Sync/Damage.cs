namespace Samples.Sidecar.Sync;

/// <summary>Something wrong with what is served that only the source can mend.</summary>
/// <param name="Reason">What kind of thing is wrong.</param>
/// <param name="Problem">What is wrong, and where.</param>
public sealed record Damage(RepairReason Reason, string Problem);
