using Samples.Hosting;
using Samples.SharedVolume;

namespace Samples.Sidecar;

/// <summary>Bounds of one release, expanded.</summary>
public sealed class LimitsOptions
{
    public ByteSize MaxBytes { get; set; } = new(1L << 30);

    [WholeNumber(1, 10_000_000)]
    public int MaxFiles { get; set; } = 100_000;

    public ByteSize MaxFileBytes { get; set; } = ByteSize.FromMiB(256);

    public ContentLimits ToContentLimits() => new(MaxBytes.Bytes, MaxFiles, MaxFileBytes.Bytes);
}
