namespace Samples.SharedVolume;

/// <summary>What a name in a folder stands for; links are not followed.</summary>
/// <param name="Kind">See <see cref="FileKind"/>.</param>
/// <param name="Size">In bytes; of a file only.</param>
/// <param name="Modified">In steps of 100 ns, UTC.</param>
internal readonly record struct FileStat(FileKind Kind, long Size, DateTime Modified);
