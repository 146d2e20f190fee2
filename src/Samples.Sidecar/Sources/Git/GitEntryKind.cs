namespace Samples.Sidecar.Sources.Git;

/// <summary>The file type of a tree entry's mode.</summary>
internal enum GitEntryKind
{
    Unknown = 0,
    Folder = 0x4000,
    File = 0x8000,
    Link = 0xA000,
    Submodule = 0xE000,
}
