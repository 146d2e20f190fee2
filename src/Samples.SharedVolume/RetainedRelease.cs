namespace Samples.SharedVolume;

/// <param name="Id">The release's id.</param>
/// <param name="LastCurrentAt">
/// The modification time of the release's directory: the writer sets it when the release becomes current and
/// again just before it stops being so. It survives restarts, and the content below it is never touched.
/// </param>
public sealed record RetainedRelease(string Id, DateTimeOffset LastCurrentAt);
