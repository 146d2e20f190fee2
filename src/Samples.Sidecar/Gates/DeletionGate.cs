using System.Globalization;
using Samples.SharedVolume;

namespace Samples.Sidecar.Gates;

/// <summary>Refuses a release that lacks too many of the files which the one before has: half a build, an empty mount. Only the same source's releases are held against each other.</summary>
internal sealed class DeletionGate(int maxPercent) : IPublishGate
{
    public Task CheckAsync(StagedRelease staged, ReleaseSource source, CancellationToken cancellation)
    {
        if (staged.Previous?.Manifest is not { } previous || previous.Source.Kind != source.Kind || previous.Source.Uri != source.Uri)
            return Task.CompletedTask;

        var deleted = previous.Files.Count(file => !staged.Contains(file.Path));
        if (deleted * 100L <= (long)maxPercent * previous.Files.Count)
            return Task.CompletedTask;
        throw new ContentRejectedException(RejectionReason.Deletions, string.Create(CultureInfo.InvariantCulture,
            $"Refused a release that lacks {deleted} of the {previous.Files.Count} files of release {previous.Id}, more than the {maxPercent} % of Sidecar__MaxDeletedPercent; raise it if that is meant."));
    }
}
