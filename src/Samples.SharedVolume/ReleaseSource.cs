namespace Samples.SharedVolume;

/// <summary>Who published a release, and from what.</summary>
/// <param name="Kind">The publisher's kind: <c>init</c>, <c>directory</c>, <c>archive</c>.</param>
/// <param name="Uri">The source's address, without credentials.</param>
/// <param name="Revision">The source's own name for this state: an ETag, a commit, a digest; null where it has none.</param>
public sealed record ReleaseSource(string Kind, string Uri, string? Revision)
{
    public const string InitKind = "init";
}
