using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Samples.SharedVolume;

/// <summary>
/// The system calls that .NET has no exact equal of. Each turns errno into an <see cref="IOException"/> that
/// names the paths and carries errno as its HResult, as the BCL's own do.
/// </summary>
internal static partial class Posix
{
    /// <summary>EAGAIN: somebody else holds the lock.</summary>
    public static readonly int WouldBlock = OperatingSystem.IsMacOS() ? 35 : 11;

    public const int NoSpaceLeft = 28;
    public const int QuotaExceeded = 122;
    public const int ReadOnlyFileSystem = 30;

    private const int NotFound = 2;
    private const int AccessDenied = 13;
    private const int AlreadyThere = 17;
    private const int InvalidArgument = 22;
    private const int NoSuchCall = 38;
    private const int PathMax = 4096;
    private const int CurrentDirectory = -100;
    private const int ReadOnly = 0;
    private const int EmptyPath = 0x1000;
    private const uint RenameExchange = 2;

    /// <summary>rename(2): unlike <see cref="File.Move(string, string, bool)"/> it replaces a symlink that leads to a directory.</summary>
    public static void Rename(string from, string to) => Check(rename(from, to), "rename", from, to);

    /// <summary>
    /// renameat2(2) with RENAME_EXCHANGE: two names swap what they stand for in one step. False where the system
    /// or the file system, NFS for one, cannot do that.
    /// </summary>
    public static bool TryExchange(string one, string other)
    {
        if (!OperatingSystem.IsLinux())
            return false;

        var result = renameat2(CurrentDirectory, one, CurrentDirectory, other, RenameExchange);
        if (result < 0 && Marshal.GetLastPInvokeError() is InvalidArgument or NoSuchCall)
            return false;
        Check(result, "exchange", one, other);
        return true;
    }

    /// <summary>
    /// link(2). False where the system will not share the file: another user's (fs.protected_hardlinks), too
    /// many links, another file system, or one without links.
    /// </summary>
    public static bool TryLink(string existing, string added) => link(existing, added) == 0;

    /// <summary>As <see cref="TryLink(string, string)"/>, of one name from an open folder to another.</summary>
    /// <param name="name">In UTF-8.</param>
    public static unsafe bool TryLink(int from, int to, ReadOnlySpan<byte> name)
    {
        var text = stackalloc byte[name.Length + 1];
        name.CopyTo(new Span<byte>(text, name.Length));
        text[name.Length] = 0;
        return linkat(from, text, to, text, 0) == 0;
    }

    /// <summary>open(2) of a directory, for the calls that take one; to be closed.</summary>
    public static int OpenDirectory(string path)
    {
        const int CloseOnExec = 0x80000;
        var descriptor = open(path, OperatingSystem.IsLinux() ? CloseOnExec : ReadOnly, 0);
        return descriptor >= 0 ? descriptor : throw FolderFailure("open", path);
    }

    public static void Close(int descriptor) => _ = close(descriptor);

    /// <summary>statx(2) of a name in an open folder; null where it is not there.</summary>
    /// <param name="path">The folder's, for errors, and for systems other than Linux, which are asked by path.</param>
    /// <param name="name">In UTF-8.</param>
    public static unsafe FileStat? TryStat(int folder, string path, ReadOnlySpan<byte> name)
    {
        const uint Fields = 0x1 | 0x40 | 0x200; // type, mtime, size
        const int DoNotFollow = 0x100, ModeOffset = 28, SizeOffset = 40, ModifiedOffset = 112, TicksPerNanosecond = 100;
        if (!OperatingSystem.IsLinux())
            return TryStat(new FileInfo(Path.Join(path, Encoding.UTF8.GetString(name))));

        byte* text = stackalloc byte[name.Length + 1], buffer = stackalloc byte[256];
        name.CopyTo(new Span<byte>(text, name.Length));
        text[name.Length] = 0;
        if (statx(folder, text, DoNotFollow, Fields, buffer) < 0)
            return Marshal.GetLastPInvokeError() == NotFound ? null : throw Failure("statx", Path.Join(path, Encoding.UTF8.GetString(name)));
        var ticks = (*(long*)(buffer + ModifiedOffset) * TimeSpan.TicksPerSecond) + (*(uint*)(buffer + ModifiedOffset + 8) / TicksPerNanosecond);
        return new FileStat(KindOf(*(ushort*)(buffer + ModeOffset)), *(long*)(buffer + SizeOffset), DateTime.UnixEpoch.AddTicks(ticks));
    }

    private static FileStat? TryStat(FileInfo file) =>
        file.LinkTarget is not null ? new FileStat(FileKind.Link, 0, default)
        : Directory.Exists(file.FullName) ? new FileStat(FileKind.Folder, 0, file.LastWriteTimeUtc)
        : file.Exists ? new FileStat(FileKind.File, file.Length, file.LastWriteTimeUtc)
        : null;

    private static FileKind KindOf(ushort mode) => (mode & 0xF000) switch
    {
        0x8000 => FileKind.File,
        0x4000 => FileKind.Folder,
        0xA000 => FileKind.Link,
        _ => FileKind.Special,
    };

    /// <summary>
    /// mkdir(2); false where the path is there already. Unlike <see cref="Directory.CreateDirectory(string)"/> it makes none of the
    /// folders above: a volume that has vanished must not come back as an empty folder.
    /// </summary>
    /// <exception cref="DirectoryNotFoundException">The folder above is gone.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not.</exception>
    public static bool TryMakeDirectory(string path)
    {
        const int Everybody = 0x1FF; // 0777, less the umask
        if (mkdir(path, Everybody) == 0)
            return true;
        return Marshal.GetLastPInvokeError() == AlreadyThere ? false : throw FolderFailure("mkdir", path);
    }

    /// <summary>Whether a path still leads to the file that was opened, by statx(2); on systems other than Linux, whether it leads to any.</summary>
    public static unsafe bool IsSameFile(SafeFileHandle opened, string path)
    {
        const uint InodeField = 0x100;
        const int InodeOffset = 32, DeviceOffset = 136;
        if (!OperatingSystem.IsLinux())
            return File.Exists(path);

        byte* one = stackalloc byte[256], other = stackalloc byte[256];
        Check(statx((int)opened.DangerousGetHandle(), "", EmptyPath, InodeField, one), "statx", path);
        return statx(CurrentDirectory, path, 0, InodeField, other) == 0
            && *(ulong*)(one + InodeOffset) == *(ulong*)(other + InodeOffset)
            && *(ulong*)(one + DeviceOffset) == *(ulong*)(other + DeviceOffset);
    }

    /// <summary>realpath(3): absolute, with every link on the way resolved.</summary>
    public static unsafe string RealPath(string path)
    {
        var buffer = stackalloc byte[PathMax];
        Check(realpath(path, buffer) is null ? -1 : 0, "realpath", path);
        return Marshal.PtrToStringUTF8((nint)buffer)!;
    }

    /// <summary>fsync(2) of a directory, which makes the names in it durable.</summary>
    public static void SyncDirectory(string path)
    {
        var descriptor = OpenDirectory(path);
        try
        {
            Check(fsync(descriptor), "fsync", path);
        }
        finally
        {
            Close(descriptor);
        }
    }

    private static void Check(int result, string call, params ReadOnlySpan<string> paths)
    {
        if (result >= 0)
            return;
        throw Failure(call, paths);
    }

    private static Exception FolderFailure(string call, string path) => Marshal.GetLastPInvokeError() switch
    {
        NotFound => new DirectoryNotFoundException($"{call} '{path}': it, or the folder above it, is not there."),
        AccessDenied => new UnauthorizedAccessException($"{call} '{path}': {Marshal.GetPInvokeErrorMessage(AccessDenied)}."),
        _ => Failure(call, path),
    };

    private static IOException Failure(string call, params ReadOnlySpan<string> paths)
    {
        var errno = Marshal.GetLastPInvokeError();
        return new IOException($"{call} '{string.Join("' -> '", paths)}': {Marshal.GetPInvokeErrorMessage(errno)}.", errno);
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rename(string from, string to);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int renameat2(int fromDirectory, string from, int toDirectory, string to, uint flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int link(string existing, string added);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int linkat(int fromDirectory, byte* from, int toDirectory, byte* to, int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, int mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial byte* realpath(string path, byte* resolved);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int statx(int directory, string path, int flags, uint mask, byte* result);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int statx(int directory, byte* path, int flags, uint mask, byte* result);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mkdir(string path, int mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);
}
