namespace Samples.SharedVolume;

/// <summary>Bounds of one release, enforced while its content streams in.</summary>
/// <param name="MaxBytes">Of all files together, expanded, encoded forms not counted.</param>
/// <param name="MaxFiles">Number of files.</param>
/// <param name="MaxFileBytes">Of any one file, expanded.</param>
public sealed record ContentLimits(long MaxBytes, int MaxFiles, long MaxFileBytes)
{
    /// <summary>1 GiB, 100,000 files, 256 MiB a file.</summary>
    public static ContentLimits Default { get; } = new(1L << 30, 100_000, 256L << 20);
}
