namespace Samples.SharedVolume;

/// <param name="Release">The release that is current now.</param>
/// <param name="Changed">False where it was current before: then nothing on the volume was touched.</param>
public sealed record Publication(Release Release, bool Changed);
