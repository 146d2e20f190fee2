using Samples.SharedVolume;

namespace Samples.Sidecar.Sources.Git;

/// <summary>A repository: on its server, and as far as it has been fetched. For one thread at a time.</summary>
/// <param name="name">For errors, without credentials.</param>
/// <param name="address">Of the repository.</param>
/// <param name="http">Every request goes through it.</param>
/// <param name="caches">The folder of all repositories' caches, on the volume.</param>
/// <param name="limits">Of the release; a fetch may bring twice the bytes, for history and for what the limits leave out.</param>
internal sealed class GitOrigin(string name, Uri address, HttpClient http, string caches, ContentLimits limits) : IDisposable
{
    /// <summary>What the newest fetch brought: the next one tells the server that it is here.</summary>
    public const string Fetched = "refs/sidecar/fetched";

    private static readonly string[] _history = ["+HEAD:refs/sidecar/HEAD", "+refs/heads/*:refs/sidecar/heads/*", "+refs/tags/*:refs/sidecar/tags/*"];

    private readonly GitCache _cache = new(caches, address);
    private GitRemote? _remote;

    /// <summary>What was fetched since the last rest.</summary>
    private GitId? _brought;

    /// <summary>What has been fetched.</summary>
    public GitRepository Repository => _cache.Open();

    /// <summary>Asks the server for its refs; one request.</summary>
    /// <exception cref="SourceUnavailableException">It does not answer as a Git server.</exception>
    public IReadOnlyList<GitRef> List(CancellationToken cancellation)
    {
        try
        {
            return Connect(cancellation);
        }
        catch (GitException e)
        {
            throw Failed(e);
        }
    }

    /// <summary>Sees that a commit is here, whole, and returns its id.</summary>
    /// <param name="tip">Where it is found; from <see cref="List"/>, unless it is here already.</param>
    /// <param name="shortId">What the commit's id begins with, where the tip does not tell.</param>
    /// <param name="depth">How many commits up to it are fetched.</param>
    /// <param name="cancellation">Ends the fetch.</param>
    /// <exception cref="SourceUnavailableException">The server has no such commit, or stopped answering.</exception>
    /// <exception cref="IOException">The volume cannot take it.</exception>
    public GitId Bring(GitTip tip, string? shortId, int depth, CancellationToken cancellation)
    {
        if (Find() is { } here)
            return here;
        try
        {
            Fetch(tip, depth, cancellation);
        }
        catch (GitException e) when (e.IsDamage)
        {
            // What was fetched before may be what is damaged; what comes next depends on nothing.
            Discard();
            try
            {
                Connect(cancellation);
                Fetch(tip, depth, cancellation);
            }
            catch (GitException again)
            {
                throw Failed(again);
            }
        }
        catch (GitException e)
        {
            throw Failed(e);
        }

        LibGit2.TrimMemory();
        _brought = Find();
        return _brought ?? throw new SourceUnavailableException(tip.Commit is { } missing
            ? $"Commit {missing} is in no branch and no tag of {name}."
            : $"No commit of {name}, or more than one, begins with '{shortId}'.");

        GitId? Find() => tip.Commit is { } commit ? Repository.Has(commit) ? commit : null : Repository.Find(shortId!);
    }

    /// <summary>To be called when nothing more is read of what was fetched, for now: ends the conversation, and keeps the cache small.</summary>
    public void Rest()
    {
        Disconnect();
        if (_brought is { } commit)
            _cache.Tidy(commit);
        _brought = null;
    }

    /// <summary>Ends the conversation with the server.</summary>
    public void Disconnect()
    {
        _remote?.Dispose();
        _remote = null;
    }

    /// <summary>Removes what was fetched; the next <see cref="Bring"/> fetches it anew.</summary>
    public void Discard()
    {
        Disconnect();
        _brought = null;
        _cache.Discard();
    }

    public void Dispose()
    {
        Disconnect();
        _cache.Dispose();
    }

    private IReadOnlyList<GitRef> Connect(CancellationToken cancellation)
    {
        Disconnect();
        _remote = new GitRemote(Repository, new GitHttp(address, http, name) { MaxPackBytes = (2 * limits.MaxBytes) + (64 << 20) });
        return _remote.List(cancellation);
    }

    private void Fetch(GitTip tip, int depth, CancellationToken cancellation)
    {
        var wanted = tip.Ref ?? tip.Commit?.ToString();
        try
        {
            if (wanted is not null)
            {
                _remote!.Fetch([$"+{wanted}:{Fetched}"], depth, cancellation);
                return;
            }
        }
        catch (GitException e) when (tip.Ref is null && !e.IsOfSystem && !e.IsDamage)
        {
            // Servers give a commit that no ref leads to only where uploadpack.allowAnySHA1InWant or its like says so.
            Connect(cancellation);
        }

        _remote!.Fetch(_history, Repository.IsShallow ? GitRemote.WholeHistory : 0, cancellation);
    }

    private Exception Failed(GitException e)
    {
        Disconnect();
        _cache.Close();
        return e.IsOfSystem
            ? new IOException($"The copy of {name} on the volume cannot be written: {e.Message}.", e)
            : new SourceUnavailableException($"Fetching {name} failed: {e.Message}.", inner: e);
    }
}
