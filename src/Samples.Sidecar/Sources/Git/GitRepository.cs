namespace Samples.Sidecar.Sources.Git;

/// <summary>A bare repository on disk, opened for its objects. For one thread at a time.</summary>
internal sealed unsafe class GitRepository : IDisposable
{
    private readonly nint _database;
    private readonly Dictionary<string, GitPack> _packs = [];

    /// <exception cref="GitException">The folder is no repository.</exception>
    public GitRepository(string path)
    {
        Path = path;
        LibGit2.Check(LibGit2.git_repository_open_bare(out var handle, path));
        Handle = handle;
        LibGit2.Check(LibGit2.git_repository_odb(out _database, handle));
    }

    public nint Handle { get; }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Whether it has only the newest commits of a history.</summary>
    public bool IsShallow => LibGit2.git_repository_is_shallow(Handle) == 1;

    public bool Has(GitId id) => LibGit2.git_odb_exists(_database, id) == 1;

    /// <summary>The one object whose name begins so; null where none does, or several do.</summary>
    public GitId? Find(string hex) => LibGit2.git_odb_exists_prefix(out var found, _database, GitId.Parse(hex), hex.Length) == 0 ? found : null;

    /// <summary>An object's kind and size, without reading it.</summary>
    /// <exception cref="GitException">It is missing or damaged.</exception>
    public (GitObjectType Type, long Size) Measure(GitId id)
    {
        LibGit2.Check(LibGit2.git_odb_read_header(out var length, out var type, _database, id));
        return ((GitObjectType)type, length);
    }

    /// <summary>An object's content, all of it in native memory until disposed.</summary>
    /// <exception cref="GitException">It is missing or damaged.</exception>
    public GitObject Read(GitId id)
    {
        LibGit2.Check(LibGit2.git_odb_read(out var handle, _database, id));
        return new GitObject(handle);
    }

    /// <summary>A large blob as a stream; null where that cannot be had.</summary>
    /// <exception cref="InvalidDataException">A pack is damaged.</exception>
    public Stream? OpenRead(GitId id)
    {
        foreach (var path in GitPack.In(Path))
        {
            if (!_packs.TryGetValue(path, out var pack))
                _packs.Add(path, pack = new GitPack(path));
            if (pack.OpenRead(id) is { } stream)
                return stream;
        }

        return null;
    }

    public void Dispose()
    {
        LibGit2.git_odb_free(_database);
        LibGit2.git_repository_free(Handle);
    }
}
