using System.IO.Enumeration;

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

    /// <summary>The names in it and what they stand for; no order is promised, and what is gone meanwhile is passed over.</summary>
    public IEnumerable<(string Name, FileStat Stat)> List()
    {
        foreach (var name in new FileSystemEnumerable<string>(path, (ref entry) => entry.FileName.ToString(), _everything))
        {
            if (TryStat(name) is { } stat)
                yield return (name, stat);
        }
    }

    /// <summary>What a name stands for, or null where it is not there.</summary>
    public FileStat? TryStat(string name) => Posix.TryStat(_descriptor, path, name);

    /// <summary>link(2) of a name here to the same name there; false where the system will not share the file, see <see cref="Posix.TryLink(string, string)"/>.</summary>
    public bool TryLink(string name, OpenFolder target) => Posix.TryLink(_descriptor, target._descriptor, name);

    public void Dispose() => Posix.Close(_descriptor);
}
