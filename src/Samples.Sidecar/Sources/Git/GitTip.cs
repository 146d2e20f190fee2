namespace Samples.Sidecar.Sources.Git;

/// <summary>What a source's ref stands for just now.</summary>
/// <param name="Ref">The advertised name that leads to the commit; null where it is in the history, if anywhere.</param>
/// <param name="Commit">Null where only the history tells which commit a short id means.</param>
internal sealed record GitTip(string? Ref, GitId? Commit)
{
    private const string Head = "HEAD";

    /// <summary>Finds a source's ref among those that its repository advertises: a branch before a tag before a commit.</summary>
    /// <exception cref="SourceUnavailableException">There is nothing of that name.</exception>
    public static GitTip Select(GitAddress address, IReadOnlyList<GitRef> refs)
    {
        if (address.Ref is not { } name)
            return Named(Head) ?? throw Missing(refs.Count == 0
                ? "is empty; the first commit that is pushed to it is published"
                : "has no default branch: its HEAD leads to no commit; name a branch with ?ref=");
        if (address.PinnedCommit is { } pinned)
            return Starting(pinned) is [var tip, ..] ? tip : new GitTip(null, GitId.Parse(pinned));
        if ((Named("refs/heads/" + name) ?? Named("refs/tags/" + name) ?? Named("refs/" + name) ?? Named(name)) is { } named)
            return named;
        if (!GitId.IsHex(name))
            throw Missing($"has no branch and no tag '{name}'; ?ref= names another");
        return Starting(name.ToLowerInvariant()) switch
        {
            [] => new GitTip(null, null),
            [var only] => only,
            [var one, var other, ..] => throw Missing($"has several commits that begin with '{name}', {one.Commit} and {other.Commit} among them; give more of its digits"),
        };

        GitTip? Named(string full) => refs.FirstOrDefault(r => r.Name == full) is { } found ? new GitTip(found.Name, found.Id) : null;

        GitTip[] Starting(string hex) =>
            [.. refs.Where(r => r.Name != Head && r.Id.ToString().StartsWith(hex, StringComparison.Ordinal)).DistinctBy(r => r.Id).Select(r => new GitTip(r.Name, r.Id))];

        SourceUnavailableException Missing(string problem) => new($"The repository {address.Repository} {problem}.");
    }
}
