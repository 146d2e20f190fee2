namespace Samples.SharedVolume;

/// <summary>A <see cref="ReleaseFile"/> in 64 bytes; its path and encoded forms are elsewhere in <see cref="PackedFiles"/>.</summary>
internal struct PackedFile
{
    public Sha256Bytes Sha256;

    /// <summary>In bytes.</summary>
    public long Size;

    /// <summary>Modification time, in UTC.</summary>
    public long ModifiedTicks;

    public int PathStart;
    public int EncodingsStart;
    public ushort PathLength;
    public byte EncodingCount;
}
