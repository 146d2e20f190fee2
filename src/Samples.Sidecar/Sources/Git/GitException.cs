namespace Samples.Sidecar.Sources.Git;

/// <summary>An error of libgit2 itself: of its disk, of the protocol, or of what it read.</summary>
/// <param name="message">libgit2's own words.</param>
/// <param name="category">As libgit2 numbers them (<c>git_error_t</c>).</param>
internal sealed class GitException(string message, int category) : Exception(message)
{
    private const int None = 0, NoMemory = 1, System = 2, Invalid = 3, Net = 12, Tls = 16, Callback = 26, Http = 34;

    /// <summary>Whether a system call failed: a full disk, a missing permission.</summary>
    public bool IsOfSystem => category == System;

    /// <summary>Whether what is on the disk is not as it should be, which fetching anew would mend.</summary>
    public bool IsDamage => category is not (None or NoMemory or System or Invalid or Net or Tls or Callback or Http);
}
