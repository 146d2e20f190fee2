using Samples.SharedVolume;

namespace Samples.Sidecar.Sources;

/// <summary>
/// How many bytes may come out of the archives of one release, whether they are published or passed over: the bytes and files that a
/// release may have, each file with the headers that an archiver writes for it. Without it, what nobody wants could be endless.
/// </summary>
internal sealed class Expansion(ContentLimits limits)
{
    private const int MaxOverheadOfFile = 4096;
    private const int MaxPadding = 2 << 20;

    private long _left = limits.MaxBytes + ((long)limits.MaxFiles * MaxOverheadOfFile) + MaxPadding;

    /// <exception cref="ContentRejectedException">There were too many.</exception>
    public void Spend(int bytes)
    {
        _left -= bytes;
        if (_left < 0)
            throw new ContentRejectedException(RejectionReason.ReleaseTooLarge, $"Refused an archive that expands to more than a release may have: {limits.MaxBytes} bytes in {limits.MaxFiles} files.");
    }
}
