using Microsoft.Win32.SafeHandles;

namespace Samples.Server;

/// <summary>An open file for the length of one response; dispose it exactly once.</summary>
internal readonly struct FileLease : IDisposable
{
    private readonly bool _shared;

    private FileLease(SafeFileHandle handle, bool shared) => (Handle, _shared) = (handle, shared);

    public SafeFileHandle Handle { get; }

    /// <summary>The lease is the handle's only owner and closes it.</summary>
    public static FileLease Own(SafeFileHandle handle) => new(handle, shared: false);

    /// <summary>Joins the users of a handle that stays open after this lease; null where it has been closed.</summary>
    /// <remarks>
    /// A SafeHandle counts its users: disposed while leases are out, it still reads, and closes with the last of
    /// them. So a site can be disposed at the moment it is replaced, downloads from it go on, and the disk space of a
    /// release that retention removes is free as soon as nobody reads it, not at some later garbage collection.
    /// </remarks>
    public static FileLease? TryShare(SafeFileHandle handle)
    {
        var added = false;
        try
        {
            handle.DangerousAddRef(ref added);
            return new FileLease(handle, shared: true);
        }
        catch (ObjectDisposedException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        if (_shared)
            Handle.DangerousRelease();
        else
            Handle.Dispose();
    }
}
