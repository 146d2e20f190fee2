namespace Samples.Sidecar.Sync;

/// <summary>A rollback that cannot be done; the message says what is there instead.</summary>
public sealed class RollbackException(string message) : Exception(message);
