using Samples.SharedVolume;

namespace Samples.Sidecar.Sources;

/// <summary>Takes what one source brings: passes over what its globs exclude, and puts its target in front of the paths.</summary>
/// <param name="staged">The release that all sources go into.</param>
/// <param name="prefix">Empty, or a folder with a slash at its end.</param>
/// <param name="previousRevision">This very source's revision in the release before; null where that was made from anything else.</param>
public sealed class ContentSink(StagedRelease staged, string prefix, ContentFilter filter, string? previousRevision)
{
    private readonly int _first = staged.Count;

    /// <summary>This very source's revision in the release that unchanged files are shared with; null where that was made from anything else.</summary>
    public string? PreviousRevision => previousRevision;

    /// <inheritdoc cref="StagedRelease.Scratch"/>
    public ScratchSpace Scratch => staged.Scratch;

    /// <inheritdoc cref="StagedRelease.Limits"/>
    public ContentLimits Limits => staged.Limits;

    /// <summary>Whether anything came through here. Sources are staged one after the other.</summary>
    internal bool HasFiles => staged.Count > _first;

    /// <summary>Whether a path of the source is published at all.</summary>
    public bool Passes(string path) => filter.Passes(path);

    /// <inheritdoc cref="StagedRelease.Add"/>
    public void Add(string path, Stream content, DateTimeOffset modified, long? size, CancellationToken cancellation)
    {
        if (!Passes(path))
        {
            staged.PassOver(path, content, cancellation);
            return;
        }

        staged.Add(prefix + path, content, modified, size, cancellation);
    }

    /// <inheritdoc cref="StagedRelease.TryReuse(string, long, DateTimeOffset)"/>
    /// <remarks>True as well where the path is passed over.</remarks>
    public bool TryReuse(string path, long size, DateTimeOffset modified) =>
        !Passes(path) || staged.TryReuse(prefix + path, size, modified);

    /// <inheritdoc cref="StagedRelease.TryReuse(string, string)"/>
    public bool TryReuse(string path, string sha256) =>
        !Passes(path) || staged.TryReuse(prefix + path, sha256);

    /// <inheritdoc cref="StagedRelease.TryReuse(string)"/>
    /// <remarks>True as well where the path is passed over.</remarks>
    public bool TryReuse(string path) =>
        !Passes(path) || staged.TryReuse(prefix + path);

    /// <inheritdoc cref="StagedRelease.OpenPrevious"/>
    public FileStream? OpenPrevious(string sha256) => staged.OpenPrevious(sha256);

    /// <summary>What has come through here; to be asked before another source brings anything.</summary>
    internal ReleaseFiles ListFiles() => staged.ListFiles(_first, staged.Count);

    /// <summary>Takes over what this source brought before; false where the release before has it no more.</summary>
    internal bool TryReuseAll(ReleaseFiles files) => files.All(file => staged.TryReuse(file.Path, file.Sha256));
}
