namespace Samples.Sidecar.Sources.Git;

/// <summary>An object's content in libgit2's memory.</summary>
internal readonly unsafe struct GitObject(nint handle) : IDisposable
{
    public GitObjectType Type => (GitObjectType)LibGit2.git_odb_object_type(handle);

    /// <summary>In bytes.</summary>
    public int Size => (int)LibGit2.git_odb_object_size(handle);

    public ReadOnlySpan<byte> Content => new(LibGit2.git_odb_object_data(handle), Size);

    public UnmanagedMemoryStream OpenRead() => new(LibGit2.git_odb_object_data(handle), LibGit2.git_odb_object_size(handle));

    public void Dispose() => LibGit2.git_odb_object_free(handle);
}
