namespace Samples.SharedVolume;

/// <summary>The volume's lock file was removed or replaced: another process may be the writer by now, so this one must not be.</summary>
public sealed class LockLostException(string message) : IOException(message);
