namespace Samples.Sidecar.Sources.Git;

/// <summary>An error of libgit2 itself: of its disk, of the protocol, or of what it read.</summary>
/// <param name="message">libgit2's own words.</param>
/// <param name="category">As libgit2 numbers them (<c>git_error_t</c>).</param>
internal sealed class GitException(string message, int category) : Exception(message)
{
    private const int System = 2, Reference = 4, Zlib = 5, Repository = 6, Config = 7, Database = 9, Object = 11, Tree = 14, Indexer = 15;

    /// <summary>Whether a system call failed: a full disk, a missing permission.</summary>
    public bool IsOfSystem => category == System;

    /// <summary>Whether what is on the disk is not as it should be, which fetching anew would mend.</summary>
    public bool IsDamage => category is Reference or Zlib or Repository or Config or Database or Object or Tree or Indexer;
}
