using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Samples.Server;

/// <summary>epoll(7), and the calls on sockets that .NET has no exact equal of. On a socket that does not block, none of them does but <see cref="Wait"/>.</summary>
internal static unsafe partial class LinuxSocket
{
    /// <summary>There is something to read, or the end of it.</summary>
    public const uint Readable = 0x1;

    /// <summary>There is room to send.</summary>
    public const uint Writable = 0x4;

    /// <summary>What a call returns that could not do anything now and may later.</summary>
    public const int Again = -1;

    /// <summary>What a call returns on a connection that is gone.</summary>
    public const int Gone = -2;

    private const int AddCommand = 1, RemoveCommand = 2, ModifyCommand = 3, CloseOnExec = 0x80000;
    private const int Interrupted = 4, WouldBlock = 11;

    /// <summary>struct epoll_event is packed on x86-64 and nowhere else.</summary>
    private static readonly int _dataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;

    private static int EventSize => _dataOffset + 8;

    /// <exception cref="IOException">The system has no descriptor left.</exception>
    public static int CreateEpoll() => epoll_create1(CloseOnExec) is >= 0 and var epoll ? epoll
        : throw new IOException($"Could not create an epoll instance: {Marshal.GetLastPInvokeErrorMessage()}.");

    public static void CloseEpoll(int epoll) => _ = close(epoll);

    /// <summary>Begins to wait for something of a socket; false where the system refuses.</summary>
    public static bool TryWatch(int epoll, int socket, uint events) => Control(epoll, AddCommand, socket, events);

    /// <summary>Waits for something else.</summary>
    public static void Watch(int epoll, int socket, uint events) => Control(epoll, ModifyCommand, socket, events);

    public static void Unwatch(int epoll, int socket) => Control(epoll, RemoveCommand, socket, 0);

    /// <summary>Waits for any of the sockets that were added.</summary>
    /// <param name="epoll">From <see cref="CreateEpoll"/>.</param>
    /// <param name="ready">Takes the descriptors of those that something can be done with.</param>
    /// <param name="timeout">In milliseconds.</param>
    /// <returns>How many there are.</returns>
    public static int Wait(int epoll, Span<int> ready, int timeout)
    {
        var size = EventSize;
        var buffer = stackalloc byte[ready.Length * size];
        var count = epoll_wait(epoll, buffer, ready.Length, timeout);
        for (var i = 0; i < count; i++)
            ready[i] = Unsafe.ReadUnaligned<int>(buffer + (i * size) + _dataOffset);
        return Math.Max(count, 0); // EINTR is as good as a time-out
    }

    /// <summary>Reads what has come. 0 is the end.</summary>
    public static int Receive(int socket, Span<byte> buffer)
    {
        fixed (byte* bytes = buffer)
            return Result(recv(socket, bytes, (nuint)buffer.Length, 0));
    }

    /// <summary>Sends two pieces as one, or as much of them as there is room for.</summary>
    public static int Send(int socket, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        fixed (byte* first = head, second = body)
        {
            if (body.IsEmpty)
                return Result(send(socket, first, (nuint)head.Length, 0));
            var pieces = stackalloc nint[4] { (nint)first, head.Length, (nint)second, body.Length };
            return Result(writev(socket, pieces, 2));
        }
    }

    private static bool Control(int epoll, int command, int socket, uint events)
    {
        var entry = stackalloc byte[16];
        *(uint*)entry = events;
        Unsafe.WriteUnaligned(entry + _dataOffset, (long)socket);
        return epoll_ctl(epoll, command, socket, entry) == 0;
    }

    private static int Result(nint result) => result >= 0 ? (int)result
        : Marshal.GetLastPInvokeError() is WouldBlock or Interrupted ? Again : Gone;

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);

    [LibraryImport("libc")]
    private static partial int epoll_ctl(int epoll, int command, int descriptor, byte* entry);

    [LibraryImport("libc")]
    private static partial int epoll_wait(int epoll, byte* events, int most, int timeout);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recv(int socket, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint send(int socket, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint writev(int socket, nint* pieces, int count);
}
