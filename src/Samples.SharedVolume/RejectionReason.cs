namespace Samples.SharedVolume;

/// <summary>Why content was refused, as the metric's label says it.</summary>
public enum RejectionReason
{
    /// <summary>A path is absolute, climbs, or has a name that a volume cannot or must not hold.</summary>
    Path,

    /// <summary>An entry is a symbolic or hard link, or a link leads out of the source.</summary>
    Link,

    /// <summary>An entry is a device, a FIFO or a socket.</summary>
    SpecialFile,

    /// <summary>Two entries have one path, or paths that differ in case only.</summary>
    Collision,

    TooManyFiles,
    FileTooLarge,
    ReleaseTooLarge,

    /// <summary>There is no file at all.</summary>
    Empty,

    /// <summary>A file that every release must have is missing.</summary>
    RequiredFile,

    /// <summary>Too many files of the release before are missing.</summary>
    Deletions,

    /// <summary>A hook said no.</summary>
    Veto,

    /// <summary>The archive ends too early or cannot be read.</summary>
    Corrupt,

    /// <summary>It is in a form that is not known here.</summary>
    Unsupported,

    /// <summary>It is not signed by a key that is trusted.</summary>
    Signature,
}
