namespace Samples.Sidecar.Sources.Git;

/// <summary>A name that a repository advertises, and what it stands for.</summary>
/// <param name="Name"><c>HEAD</c>, <c>refs/heads/main</c>, <c>refs/tags/v1</c>.</param>
/// <param name="Id">Of the commit; where the name is an annotated tag's, of the commit that the tag leads to.</param>
internal sealed record GitRef(string Name, GitId Id);
