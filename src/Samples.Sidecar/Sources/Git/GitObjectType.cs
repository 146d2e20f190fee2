namespace Samples.Sidecar.Sources.Git;

/// <summary>As libgit2 numbers them (<c>git_object_t</c>).</summary>
internal enum GitObjectType
{
    Commit = 1,
    Tree = 2,
    Blob = 3,
    Tag = 4,
}
