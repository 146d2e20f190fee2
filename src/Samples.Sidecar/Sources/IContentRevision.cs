using Samples.SharedVolume;

namespace Samples.Sidecar.Sources;

/// <summary>A state of a source that has not been fetched yet.</summary>
public interface IContentRevision : IDisposable
{
    /// <summary>The source's own name for it; null where only fetching it tells.</summary>
    string? Revision { get; }

    /// <summary>Fetches it into a release; false where it turned out to be the known revision, or one still being written.</summary>
    /// <exception cref="SourceUnavailableException">The source stopped answering.</exception>
    /// <exception cref="ContentRejectedException">The content must not be published.</exception>
    Task<bool> StageAsync(ContentSink sink, CancellationToken cancellation);
}
