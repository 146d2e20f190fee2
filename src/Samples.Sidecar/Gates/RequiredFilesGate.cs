using Samples.SharedVolume;

namespace Samples.Sidecar.Gates;

/// <summary>Refuses a release that lacks a file which it must have: the build that made it went wrong.</summary>
internal sealed class RequiredFilesGate(IReadOnlyList<string> paths) : IPublishGate
{
    public Task CheckAsync(StagedRelease staged, ReleaseSource source, CancellationToken cancellation) => paths.FirstOrDefault(path => !staged.Contains(path)) is { } missing
        ? throw new ContentRejectedException(RejectionReason.RequiredFile, $"Refused a release without '{missing}', which Sidecar__RequiredFiles asks for.")
        : Task.CompletedTask;
}
