using Microsoft.Win32.SafeHandles;

namespace Samples.Server;

/// <summary>A body that stays on the volume: too large for memory, or beyond its budget.</summary>
/// <param name="path">Absolute path of a file of a release.</param>
/// <param name="allowance">The site's bound on files that stay open between requests.</param>
internal sealed class FileBody(string path, HandleAllowance allowance) : IDisposable
{
    private SafeFileHandle? _kept;

    public string Path { get; } = path;

    /// <summary>Opens the file, or shares the handle that an earlier request left open.</summary>
    /// <exception cref="FileNotFoundException">Retention has removed the release.</exception>
    /// <exception cref="DirectoryNotFoundException">Retention has removed the release.</exception>
    public FileLease Open()
    {
        if (Volatile.Read(ref _kept) is { } kept && FileLease.TryShare(kept) is { } lease)
            return lease;

        // Sharing with everyone spares the flock(2) that .NET otherwise takes; nobody writes to a release.
        var opened = File.OpenHandle(Path, share: FileShare.ReadWrite | FileShare.Delete);
        if (Volatile.Read(ref _kept) is null && allowance.TryTake())
        {
            var shared = FileLease.TryShare(opened)!.Value;
            if (Interlocked.CompareExchange(ref _kept, opened, null) is null)
                return shared;
            allowance.GiveBack();
            shared.Dispose();
        }

        return FileLease.Own(opened);
    }

    /// <summary>Gives up the kept handle; leases that are out keep it open until they end.</summary>
    public void Dispose() => Volatile.Read(ref _kept)?.Dispose();
}
