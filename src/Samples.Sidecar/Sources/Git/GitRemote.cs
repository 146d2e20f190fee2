using System.Runtime.InteropServices;

namespace Samples.Sidecar.Sources.Git;

/// <summary>A conversation with a repository's server: its refs first, and what of them is wanted then. For one thread at a time.</summary>
internal sealed unsafe class GitRemote : IDisposable
{
    /// <summary>Every commit there is, in a repository that has only some (<c>GIT_FETCH_DEPTH_UNSHALLOW</c>).</summary>
    public const int WholeHistory = int.MaxValue;

    private const int Fetching = 0;
    private const int NoTags = 2;
    private const string Peeled = "^{}";

    private readonly GitHttp _http;
    private readonly string _url;
    private readonly nint _handle;
    private GCHandle _self;

    /// <param name="repository">Where a fetch puts what it brings.</param>
    /// <param name="http">The requests go through it.</param>
    public GitRemote(GitRepository repository, GitHttp http)
    {
        _http = http;
        _url = GitTransport.Add(http);
        LibGit2.Check(LibGit2.git_remote_create_anonymous(out _handle, repository.Handle, _url));
        _self = GCHandle.Alloc(http);
    }

    /// <summary>Everything that the repository advertises, by one request.</summary>
    /// <exception cref="SourceUnavailableException">The server does not answer, or not as a Git server.</exception>
    /// <exception cref="GitException">What it answers is not the protocol.</exception>
    public IReadOnlyList<GitRef> List(CancellationToken cancellation)
    {
        _http.Cancellation = cancellation;
        LibGit2.ConnectOptions options;
        LibGit2.Check(LibGit2.git_remote_connect_options_init(&options, 1));
        Check(LibGit2.git_remote_connect_ext(_handle, Fetching, &options));
        LibGit2.Check(LibGit2.git_remote_ls(out var heads, out var count, _handle));

        var refs = new List<GitRef>((int)count);
        for (var i = 0; i < count; i++)
        {
            var name = Marshal.PtrToStringUTF8(heads[i]->Name)!;
            // What an annotated tag leads to follows it.
            if (name.EndsWith(Peeled, StringComparison.Ordinal) && refs.Count > 0 && refs[^1].Name == name[..^Peeled.Length])
                refs[^1] = refs[^1] with { Id = heads[i]->Id };
            else
                refs.Add(new GitRef(name, heads[i]->Id));
        }

        return refs;
    }

    /// <summary>Brings refs, and the objects that they need, into the repository.</summary>
    /// <param name="refspecs">As git-fetch(1) takes them.</param>
    /// <param name="depth">How many commits of each; 0 for all that the repository lacks.</param>
    /// <param name="cancellation">Ends the fetch; the repository is as it was then.</param>
    /// <exception cref="SourceUnavailableException">The server stopped answering, or sent too much.</exception>
    /// <exception cref="GitException">It refused, or what it sent is damaged.</exception>
    public void Fetch(string[] refspecs, int depth, CancellationToken cancellation)
    {
        _http.Cancellation = cancellation;
        LibGit2.FetchOptions options;
        LibGit2.Check(LibGit2.git_fetch_options_init(&options, 1));
        options.Callbacks.TransferProgress = &OnProgress;
        options.Callbacks.Payload = GCHandle.ToIntPtr(_self);
        options.UpdateFetchHead = 0;
        options.DownloadTags = NoTags;
        options.Depth = depth;

        var strings = stackalloc nint[refspecs.Length];
        for (var i = 0; i < refspecs.Length; i++)
            strings[i] = Marshal.StringToCoTaskMemUTF8(refspecs[i]);
        try
        {
            var list = new LibGit2.StringArray { Strings = strings, Count = refspecs.Length };
            Check(LibGit2.git_remote_fetch(_handle, &list, &options, 0));
        }
        finally
        {
            for (var i = 0; i < refspecs.Length; i++)
                Marshal.FreeCoTaskMem(strings[i]);
        }
    }

    public void Dispose()
    {
        LibGit2.git_remote_free(_handle);
        GitTransport.Remove(_url);
        _self.Free();
    }

    /// <summary>An error of ours on the other side of libgit2 comes before the one that libgit2 made of it.</summary>
    private void Check(int result)
    {
        if (result < 0)
            _http.ThrowIfFailed();
        LibGit2.Check(result);
    }

    [UnmanagedCallersOnly]
    private static int OnProgress(nint progress, nint payload) => ((GitHttp)GCHandle.FromIntPtr(payload).Target!).IsCanceled() ? -1 : 0;
}
