using System.Runtime.InteropServices;
using LibGit2Sharp;

namespace Samples.Sidecar.Sources.Git;

/// <summary>
/// The functions of libgit2 that LibGit2Sharp 0.32 has no way to: a fetch at a depth (its own drops
/// <c>FetchOptions.Depth</c>), a fetch over the connection that listed the refs, and objects read without one managed
/// object each. The library is the one that LibGit2Sharp brings, 1.8, and so are the layouts.
/// </summary>
internal static unsafe partial class LibGit2
{
    /// <summary>What LibGit2Sharp.NativeBinaries 2.0.324 calls it.</summary>
    private const string Library = "git2-5853918";

    private const int SetWindowSize = 1;
    private const int SetWindowLimit = 3;

    /// <summary>Of a pack, mapped at a time: the map counts as this process's memory.</summary>
    private const nint WindowSize = 1 << 20;
    private const nint WindowLimit = 4 << 20;

    static LibGit2()
    {
        // No home, no configuration of the machine or of a user, and a volume that may belong to anybody.
        GlobalSettings.SetOwnerValidation(false);
        foreach (var level in (ConfigurationLevel[])[ConfigurationLevel.ProgramData, ConfigurationLevel.System, ConfigurationLevel.Xdg, ConfigurationLevel.Global])
            GlobalSettings.SetConfigSearchPaths(level, "");
        // A pack's objects are hashed when they arrive; what the disk does to them later its checksums find.
        GlobalSettings.SetStrictHashVerification(false);
        GlobalSettings.SetEnableCaching(false);
        GlobalSettings.RegisterSmartSubtransport<GitTransport>(GitTransport.Scheme);
        // A variadic function, which Apple's processors call in another way.
        if (OperatingSystem.IsLinux())
        {
            Check(git_libgit2_opts(SetWindowSize, WindowSize));
            Check(git_libgit2_opts(SetWindowLimit, WindowLimit));
        }
    }

    /// <exception cref="GitException">The call failed.</exception>
    public static int Check(int result)
    {
        if (result >= 0)
            return result;
        var error = git_error_last();
        var message = error is null ? $"libgit2 answered {result}" : Marshal.PtrToStringUTF8(error->Message)!;
        throw new GitException(message, error is null ? 0 : error->Category);
    }

    /// <summary>
    /// Gives back to the system what a fetch has used for a moment, a hundred bytes an object: the C library would keep it. Only glibc's is asked.
    /// </summary>
    public static void TrimMemory()
    {
        if (NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "malloc_trim", out var trim))
            _ = ((delegate* unmanaged<nint, int>)trim)(0);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Error
    {
        public nint Message;
        public int Category;
    }

    /// <summary><c>git_remote_head</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct RemoteHead
    {
        public int IsLocal;
        public GitId Id;
        public GitId LocalId;
        public nint Name;
        public nint SymbolicTarget;
    }

    /// <summary><c>git_strarray</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct StringArray
    {
        public nint* Strings;
        public nint Count;
    }

    /// <summary><c>git_remote_callbacks</c>, of which only those that are used have names.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 120)]
    public struct RemoteCallbacks
    {
        [FieldOffset(40)] public delegate* unmanaged<nint, nint, int> TransferProgress;
        [FieldOffset(104)] public nint Payload;
    }

    /// <summary><c>git_remote_connect_options</c></summary>
    [StructLayout(LayoutKind.Explicit, Size = 192)]
    public struct ConnectOptions
    {
        [FieldOffset(8)] public RemoteCallbacks Callbacks;
    }

    /// <summary><c>git_fetch_options</c></summary>
    [StructLayout(LayoutKind.Explicit, Size = 208)]
    public struct FetchOptions
    {
        [FieldOffset(8)] public RemoteCallbacks Callbacks;
        [FieldOffset(132)] public uint UpdateFetchHead;
        [FieldOffset(136)] public int DownloadTags;
        [FieldOffset(184)] public int Depth;
    }

    [LibraryImport(Library)]
    private static partial int git_libgit2_opts(int option, nint value);

    [LibraryImport(Library)]
    private static partial Error* git_error_last();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int git_repository_open_bare(out nint repository, string path);

    [LibraryImport(Library)]
    public static partial void git_repository_free(nint repository);

    [LibraryImport(Library)]
    public static partial int git_repository_odb(out nint database, nint repository);

    [LibraryImport(Library)]
    public static partial int git_repository_is_shallow(nint repository);

    [LibraryImport(Library)]
    public static partial void git_odb_free(nint database);

    [LibraryImport(Library)]
    public static partial int git_odb_refresh(nint database);

    [LibraryImport(Library)]
    public static partial int git_odb_exists(nint database, in GitId id);

    [LibraryImport(Library)]
    public static partial int git_odb_exists_prefix(out GitId found, nint database, in GitId prefix, nint hexLength);

    [LibraryImport(Library)]
    public static partial int git_odb_read_header(out nint length, out int type, nint database, in GitId id);

    [LibraryImport(Library)]
    public static partial int git_odb_read(out nint @object, nint database, in GitId id);

    [LibraryImport(Library)]
    public static partial void git_odb_object_free(nint @object);

    [LibraryImport(Library)]
    public static partial byte* git_odb_object_data(nint @object);

    [LibraryImport(Library)]
    public static partial nint git_odb_object_size(nint @object);

    [LibraryImport(Library)]
    public static partial int git_odb_object_type(nint @object);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int git_remote_create_anonymous(out nint remote, nint repository, string url);

    [LibraryImport(Library)]
    public static partial void git_remote_free(nint remote);

    [LibraryImport(Library)]
    public static partial int git_remote_connect_options_init(ConnectOptions* options, uint version);

    [LibraryImport(Library)]
    public static partial int git_remote_connect_ext(nint remote, int direction, ConnectOptions* options);

    [LibraryImport(Library)]
    public static partial int git_remote_ls(out RemoteHead** heads, out nint count, nint remote);

    [LibraryImport(Library)]
    public static partial int git_fetch_options_init(FetchOptions* options, uint version);

    [LibraryImport(Library)]
    public static partial int git_remote_fetch(nint remote, StringArray* refspecs, FetchOptions* options, nint reflogMessage);
}
