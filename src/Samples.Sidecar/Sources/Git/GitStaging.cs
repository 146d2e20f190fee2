using Samples.SharedVolume;

namespace Samples.Sidecar.Sources.Git;

/// <summary>
/// Brings the files of a commit into a release. Two commits are walked side by side: what has the same object id in the
/// one that the previous release was made of is shared with that release, and never read.
/// </summary>
/// <param name="sink">Takes the files.</param>
/// <param name="modified">The modification time of those that are new.</param>
/// <param name="limits">Bound the walk; the files themselves are bounded by the release.</param>
/// <param name="openSubmodule">Fetches a submodule: its folder's path in the tree that it is of, and its commit; null to pass over it.</param>
/// <param name="onPointer">Told the path of each Git LFS pointer that is published in place of what it points to.</param>
/// <param name="cancellation">Ends the staging between two files.</param>
internal sealed class GitStaging(
    ContentSink sink, DateTimeOffset modified, ContentLimits limits, Func<GitTree, string, GitId, GitTree?> openSubmodule, Action<string> onPointer, CancellationToken cancellation)
{
    private const int MaxPointerBytes = 1024;

    /// <summary>Real paths of the folders between the root and the one that is being staged.</summary>
    private readonly HashSet<(GitTree, string)> _open = [];

    private readonly long _maxFolders = (long)limits.MaxFiles * ContentPath.MaxDepth;

    private int _folders;

    private static ReadOnlySpan<byte> PointerStart => "version https://git-lfs.github.com/spec/v1"u8;

    /// <param name="tree">Of the commit that is staged.</param>
    /// <param name="folder">In it.</param>
    /// <param name="before">Of the commit that the previous release was made of; null where that is not known.</param>
    /// <param name="folderBefore">In that.</param>
    /// <param name="prefix">Of the paths in the release: empty, or with a slash at its end.</param>
    /// <exception cref="ContentRejectedException">The tree holds what must not be published.</exception>
    public void Stage(GitTree tree, GitFolder folder, GitTree? before, GitFolder? folderBefore, string prefix)
    {
        // A few objects can spell out millions of folders without a file in them.
        if (++_folders > _maxFolders)
            throw new ContentRejectedException(RejectionReason.TooManyFiles, $"Refused '{prefix}': it is beyond the limit of {_maxFolders} folders.");
        if (prefix.AsSpan().Count('/') > ContentPath.MaxDepth)
            throw new ContentRejectedException(RejectionReason.Path, $"Refused '{prefix}': it is deeper than {ContentPath.MaxDepth} folders.");
        if (!_open.Add((tree, folder.Path)))
            throw new ContentRejectedException(RejectionReason.Link, $"Refused '{prefix.TrimEnd('/')}': the link leads back to a folder that it is in.");

        var isSame = folderBefore?.Id == folder.Id;
        using var entriesBefore = new Cursor(isSame || folderBefore is null ? [] : before!.List(folderBefore.Value));
        foreach (var entry in tree.List(folder))
        {
            cancellation.ThrowIfCancellationRequested();
            var at = (Entry: entry, Path: PlaceOf(entry, folder.Path));
            var was = (isSame ? entry : entriesBefore.Find(entry)) is { } e ? (Entry: e, Path: PlaceOf(e, folderBefore!.Value.Path)) : ((GitEntry Entry, string Path)?)null;
            if (entry.Kind == GitEntryKind.Link)
            {
                if (tree.Follow(folder, entry) is { } target)
                    at = target;
                else if (sink.Passes(prefix + entry.Name))
                    throw new ContentRejectedException(RejectionReason.Link, $"Refused '{prefix}{entry.Name}': the link leads out of the repository, into a submodule or nowhere.");
                else
                    continue;
            }

            if (was?.Entry.Kind == GitEntryKind.Link)
                was = before!.Follow(folderBefore!.Value, was.Value.Entry);
            StageEntry(tree, at, before, was, prefix + entry.Name);
        }

        _open.Remove((tree, folder.Path));
    }

    /// <summary>Where an entry is in its tree; of a file, of which there are many, nobody asks.</summary>
    private static string PlaceOf(GitEntry entry, string folder) => entry.Kind is GitEntryKind.File ? "" : GitTree.Join(folder, entry.Name);

    private void StageEntry(GitTree tree, (GitEntry Entry, string Path) at, GitTree? before, (GitEntry Entry, string Path)? was, string path)
    {
        var (kind, id) = (at.Entry.Kind, at.Entry.Id);
        switch (kind)
        {
            case GitEntryKind.File:
                if (was is not { Entry.Kind: GitEntryKind.File } file || file.Entry.Id != id || !sink.TryReuse(path))
                    Add(tree.Repository, id, path);
                break;
            case GitEntryKind.Folder:
                var folderBefore = was is { Entry.Kind: GitEntryKind.Folder } folder ? new GitFolder(folder.Entry.Id, folder.Path) : (GitFolder?)null;
                Stage(tree, new GitFolder(id, at.Path), before, folderBefore, path + "/");
                break;
            case GitEntryKind.Submodule:
                if (openSubmodule(tree, at.Path, id) is { } submodule)
                    Stage(submodule, submodule.Root, submodule, was is { Entry: { Kind: GitEntryKind.Submodule, Id: var idBefore } } && idBefore == id ? submodule.Root : null, path + "/");
                break;
            default:
                throw new ContentRejectedException(RejectionReason.SpecialFile, $"Refused '{path}': it is no file, folder, link or submodule.");
        }
    }

    private void Add(GitRepository repository, GitId id, string path)
    {
        if (!sink.Passes(path))
            return;
        var (_, size) = repository.Measure(id);
        using var content = new GitBlobStream(repository, id, size);
        if (size is > 100 and < MaxPointerBytes && content.StartsWith(PointerStart))
            onPointer(path);
        sink.Add(path, content, modified, size, cancellation);
    }

    /// <summary>Goes along the entries of a folder beside another that is in the same order.</summary>
    private sealed class Cursor : IDisposable
    {
        private readonly IEnumerator<GitEntry> _entries;
        private bool _hasMore;

        public Cursor(IEnumerable<GitEntry> entries)
        {
            _entries = entries.GetEnumerator();
            _hasMore = _entries.MoveNext();
        }

        /// <summary>The entry of the same name, where it is no earlier than the one that was asked for before.</summary>
        public GitEntry? Find(GitEntry wanted)
        {
            while (_hasMore && _entries.Current.CompareTo(wanted) < 0)
                _hasMore = _entries.MoveNext();
            return _hasMore && _entries.Current.Name == wanted.Name ? _entries.Current : null;
        }

        public void Dispose() => _entries.Dispose();
    }
}
