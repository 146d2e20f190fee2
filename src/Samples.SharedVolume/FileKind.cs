namespace Samples.SharedVolume;

internal enum FileKind
{
    File,
    Folder,
    Link,

    /// <summary>A device, a FIFO or a socket.</summary>
    Special,
}
