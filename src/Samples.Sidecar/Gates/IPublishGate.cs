using Samples.SharedVolume;

namespace Samples.Sidecar.Gates;

/// <summary>Looks at a release between staging and publishing, and may refuse it.</summary>
internal interface IPublishGate
{
    /// <param name="staged">Whole and unchanged from here on.</param>
    /// <param name="source">What it was made from.</param>
    /// <exception cref="ContentRejectedException">It must not be published.</exception>
    /// <exception cref="IOException">The gate itself failed; the next sync tries again.</exception>
    Task CheckAsync(StagedRelease staged, ReleaseSource source, CancellationToken cancellation);
}
