using Samples.SharedVolume;

namespace Samples.Sidecar.Sources.Git;

/// <summary>
/// A Git repository over HTTP(S). Its revision is a commit id, its check one ref advertisement; a fetch brings only the
/// newest commit, and of that only what the volume's cache lacks. A ref that was forced, moved or reset is no other than
/// one that went on: what counts is the commit that it leads to now.
/// </summary>
/// <param name="address">The repository, and what of it.</param>
/// <param name="http">Every request goes through it.</param>
/// <param name="caches">The folder of all repositories' caches, on the volume.</param>
/// <param name="limits">Of the release, and so of what is fetched for it.</param>
public sealed class GitSource(GitAddress address, HttpClient http, string caches, ContentLimits limits, ILogger<GitSource> logger) : IContentSource, IDisposable
{
    private readonly GitOrigin _origin = new(address.ToString(), address.Repository, http, caches, limits);
    private readonly GitPointers _pointers = new(logger);
    private bool _hasTidied;

    public string Kind => "git";

    public string Uri { get; } = address.ToString();

    public async Task<IContentRevision?> CheckAsync(string? knownRevision, CancellationToken cancellation)
    {
        if (knownRevision is not null && knownRevision == address.PinnedCommit)
            return null;
        // libgit2 has no asynchronous calls; its requests end with the cancellation all the same.
        return await Task.Run(() => Check(knownRevision, cancellation), CancellationToken.None);
    }

    public void Dispose() => _origin.Dispose();

    private GitRevision? Check(string? knownRevision, CancellationToken cancellation)
    {
        _ = _origin.Repository;
        if (!_hasTidied)
            GitCache.RemoveUnused(caches);
        _hasTidied = true;
        var tip = address.PinnedCommit is { } pinned && GitId.Parse(pinned) is var commit && _origin.Repository.Has(commit)
            ? new GitTip(null, commit)
            : GitTip.Select(address, _origin.List(cancellation));
        // A short id that meant a commit once means it still: nobody takes a commit back that is fetched already.
        if (tip.Commit is null && knownRevision?.StartsWith(address.Ref!, StringComparison.OrdinalIgnoreCase) == true)
            tip = tip with { Commit = GitId.Parse(knownRevision) };
        if (tip.Commit?.ToString() is { } revision && revision == knownRevision)
        {
            _origin.Disconnect();
            return null;
        }

        return new GitRevision(address, _origin, new GitSubmodules(address.Repository, http, caches, limits), limits, _pointers, tip);
    }
}
