using Samples.SharedVolume;

namespace Samples.Sidecar.Sources;

/// <summary>Takes what one source brings: passes over what its globs exclude, and puts its target in front of the paths.</summary>
/// <param name="staged">The release that all sources go into.</param>
/// <param name="prefix">Empty, or a folder with a slash at its end.</param>
/// <param name="previousRevision">This very source's revision in the release before; null where that was made from anything else.</param>
public sealed class ContentSink(StagedRelease staged, string prefix, ContentFilter filter, string? previousRevision)
{
    private readonly List<string> _paths = [];

    /// <summary>This very source's revision in the release that unchanged files are shared with; null where that was made from anything else.</summary>
    public string? PreviousRevision => previousRevision;

    /// <inheritdoc cref="StagedRelease.Scratch"/>
    public ScratchSpace Scratch => staged.Scratch;

    /// <inheritdoc cref="StagedRelease.Limits"/>
    public ContentLimits Limits => staged.Limits;

    /// <summary>Paths in the release that came through here.</summary>
    internal IReadOnlyList<string> Paths => _paths;

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
        _paths.Add(prefix + path);
    }

    /// <inheritdoc cref="StagedRelease.TryReuse(string, long, DateTimeOffset)"/>
    /// <remarks>True as well where the path is passed over.</remarks>
    public bool TryReuse(string path, long size, DateTimeOffset modified)
    {
        if (!Passes(path))
            return true;
        if (!staged.TryReuse(prefix + path, size, modified))
            return false;
        _paths.Add(prefix + path);
        return true;
    }

    /// <inheritdoc cref="StagedRelease.TryReuse(string, string)"/>
    public bool TryReuse(string path, string sha256)
    {
        if (!Passes(path))
            return true;
        if (!staged.TryReuse(prefix + path, sha256))
            return false;
        _paths.Add(prefix + path);
        return true;
    }

    /// <inheritdoc cref="StagedRelease.TryReuse(string)"/>
    /// <remarks>True as well where the path is passed over.</remarks>
    public bool TryReuse(string path)
    {
        if (!Passes(path))
            return true;
        if (!staged.TryReuse(prefix + path))
            return false;
        _paths.Add(prefix + path);
        return true;
    }

    /// <inheritdoc cref="StagedRelease.OpenPrevious"/>
    public FileStream? OpenPrevious(string sha256) => staged.OpenPrevious(sha256);

    /// <summary>Takes over what this source brought before; false where the release before has it no more.</summary>
    internal bool TryReuseAll(IReadOnlyList<ReleaseFile> files)
    {
        foreach (var file in files)
        {
            if (!staged.TryReuse(file.Path, file.Sha256))
                return false;
            _paths.Add(file.Path);
        }

        return true;
    }
}
