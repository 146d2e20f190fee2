using Samples.SharedVolume;

namespace Samples.Sidecar.Sources.Git;

/// <summary>The commit that a Git source leads to now.</summary>
internal sealed class GitRevision(
    GitAddress address, GitOrigin origin, GitSubmodules submodules, ContentLimits limits, GitPointers pointers, GitTip tip) : IContentRevision
{
    private GitId? _commit = tip.Commit;

    public string? Revision => _commit?.ToString();

    public Task<bool> StageAsync(ContentSink sink, CancellationToken cancellation) =>
        Task.Run(() => Stage(sink, cancellation), CancellationToken.None);

    public void Dispose()
    {
        origin.Rest();
        submodules.Dispose();
    }

    private bool Stage(ContentSink sink, CancellationToken cancellation)
    {
        var id = origin.Bring(tip, address.Ref, address.Depth, cancellation);
        _commit = id;
        try
        {
            if (origin.Repository.Measure(id).Type != GitObjectType.Commit)
                throw new SourceUnavailableException($"'{address.Ref}' of {address} leads to no commit.");
            var commit = GitCommit.Read(origin.Repository, id);
            var tree = new GitTree(origin.Repository, commit.Tree);
            submodules.AddParent(tree);
            var before = TreeOf(sink.PreviousRevision);
            new GitStaging(sink, commit.Time, limits, Submodule, pointers.Found, cancellation)
                .Stage(tree, FolderIn(tree) ?? throw NoFolder(), before, before is null ? null : FolderIn(before), "");
            return true;
        }
        catch (Exception e) when (e is GitException or InvalidDataException)
        {
            origin.Discard();
            submodules.Discard();
            throw new SourceUnavailableException($"The copy of {address} on the volume was damaged and is removed; the next sync fetches it anew: {e.Message}.", inner: e);
        }

        GitTree? Submodule(GitTree parent, string path, GitId commit) => address.Submodules ? submodules.Open(parent, path, commit, cancellation) : null;

        ContentRejectedException NoFolder() =>
            new(RejectionReason.Empty, $"Refused commit {id} of {address.Repository}: there is no folder '{address.Path}' in it, as ?path= wants.");
    }

    private GitFolder? FolderIn(GitTree tree) =>
        tree.Find(address.Path) is { Entry: { Kind: GitEntryKind.Folder } entry, Path: var path } ? new GitFolder(entry.Id, path) : null;

    /// <summary>The files that the previous release was made of, where they are still here.</summary>
    private GitTree? TreeOf(string? revision) =>
        revision is { Length: GitId.HexLength } && GitId.IsHex(revision) && GitId.Parse(revision) is var id && origin.Repository.Has(id)
            ? new GitTree(origin.Repository, GitCommit.Read(origin.Repository, id).Tree)
            : null;
}
