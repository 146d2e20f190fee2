using System.IO.Enumeration;
using System.Text;

namespace Samples.SharedVolume;

/// <summary>A folder held open: what is asked of the names in it costs no walk down a path, which is most of the price where there are thousands.</summary>
/// <exception cref="DirectoryNotFoundException">The folder is not there.</exception>
/// <exception cref="IOException">The folder cannot be opened.</exception>
/// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
internal sealed class OpenFolder(string path) : IDisposable
{
    private static readonly EnumerationOptions _everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    private readonly int _descriptor = Posix.OpenDirectory(path);

    public string Path => path;

    /// <summary>Takes a name in a folder, and what it stands for.</summary>
    public delegate void Visitor(ReadOnlySpan<char> name, in FileStat stat);

    /// <summary>Visits the names in it; no order is promised, and what is gone meanwhile is passed over.</summary>
    public void Visit(Visitor visitor)
    {
        var names = new FileSystemEnumerable<bool>(path, (ref entry) => Visit(entry.FileName, visitor), _everything);
        foreach (var _ in names)
        {
            // All is done on the way to it, where the name is no object yet.
        }
    }

    /// <summary>What a name stands for, or null where it is not there.</summary>
    public FileStat? TryStat(string name) => TryStat(name.AsSpan());

    /// <inheritdoc cref="TryStat(string)"/>
    /// <param name="name">In UTF-8.</param>
    public FileStat? TryStat(ReadOnlySpan<byte> name) => Posix.TryStat(_descriptor, path, name);

    /// <summary>link(2) of a name here to the same name there; false where the system will not share the file, see <see cref="Posix.TryLink(string, string)"/>.</summary>
    public bool TryLink(string name, OpenFolder target) => TryLink(Encoding.UTF8.GetBytes(name), target);

    /// <inheritdoc cref="TryLink(string, OpenFolder)"/>
    /// <param name="name">In UTF-8.</param>
    public bool TryLink(ReadOnlySpan<byte> name, OpenFolder target) => Posix.TryLink(_descriptor, target._descriptor, name);

    public void Dispose() => Posix.Close(_descriptor);

    private bool Visit(ReadOnlySpan<char> name, Visitor visitor)
    {
        if (TryStat(name) is not { } stat)
            return false;
        visitor(name, stat);
        return true;
    }

    private FileStat? TryStat(ReadOnlySpan<char> name)
    {
        Span<byte> utf8 = stackalloc byte[Encoding.UTF8.GetMaxByteCount(name.Length)];
        return TryStat(utf8[..Encoding.UTF8.GetBytes(name, utf8)]);
    }
}
