namespace Samples.Sidecar.Sources;

/// <summary>Where content comes from.</summary>
public interface IContentSource
{
    /// <summary>As <c>release.json</c> says it: <c>directory</c>, <c>archive</c>.</summary>
    string Kind { get; }

    /// <summary>The address, without credentials.</summary>
    string Uri { get; }

    /// <summary>Asks the source for its revision, at the least cost; null where it is still the known one.</summary>
    /// <param name="knownRevision">What was fetched before, or null to fetch whatever there is.</param>
    /// <param name="cancellation">Ends the asking.</param>
    /// <exception cref="SourceUnavailableException">The source does not answer, or not as it should.</exception>
    Task<IContentRevision?> CheckAsync(string? knownRevision, CancellationToken cancellation);
}
