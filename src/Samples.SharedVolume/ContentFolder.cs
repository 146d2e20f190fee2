using System.IO.Enumeration;

namespace Samples.SharedVolume;

/// <summary>
/// A folder as a source of content: every file below it, symbolic links followed where they stay inside.
/// Names that begin with <c>..</c> are passed over: that is how the kubelet keeps the generations of a ConfigMap
/// or Secret volume (<c>..data</c>), to which the links beside them lead.
/// </summary>
public sealed class ContentFolder
{
    private static readonly EnumerationOptions _everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    private readonly string _root;
    private readonly List<ContentFile> _files = [];

    /// <summary>Real paths of the folders between the root and the one that is being scanned.</summary>
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);

    private readonly Func<string, bool>? _include;

    private ContentFolder(string root, Func<string, bool>? include) => (_root, _include) = (Posix.RealPath(root), include);

    private readonly record struct Entry(string Name, bool IsDirectory, bool IsLink, long Size, DateTimeOffset Modified);

    /// <summary>All files, in ordinal order of path.</summary>
    /// <param name="include">Whether a path is of interest, asked of files and of links; all are without it.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="ContentRejectedException">A link leaves the folder or leads nowhere, or an entry is no file and no folder.</exception>
    public static IReadOnlyList<ContentFile> Scan(string root, Func<string, bool>? include = null)
    {
        if (!Directory.Exists(root))
            throw new DirectoryNotFoundException($"The folder '{root}' does not exist.");

        var folder = new ContentFolder(root, include);
        folder.ScanBelow(folder._root, "");
        folder._files.Sort((a, b) => string.CompareOrdinal(a.Path, b.Path));
        return folder._files;
    }

    private void ScanBelow(string directory, string prefix)
    {
        if (prefix.AsSpan().Count('/') > ContentPath.MaxDepth)
            throw new ContentRejectedException(RejectionReason.Path, $"Refused '{prefix}': it is deeper than {ContentPath.MaxDepth} folders.");
        if (!_open.Add(directory))
            throw new ContentRejectedException(RejectionReason.Link, $"Refused '{prefix.TrimEnd('/')}': the link leads back to a folder that it is in.");

        foreach (var entry in new FileSystemEnumerable<Entry>(directory, Read, _everything))
        {
            if (entry.Name.StartsWith("..", StringComparison.Ordinal))
                continue;

            var (path, fullPath) = (prefix + entry.Name, Path.Join(directory, entry.Name));
            if (entry.IsLink)
                Follow(path, fullPath);
            else if (entry.IsDirectory)
                ScanBelow(fullPath, path + "/");
            else if (_include?.Invoke(path) ?? true)
                AddFile(path, fullPath, entry.Size, entry.Modified);
        }

        _open.Remove(directory);
    }

    private static Entry Read(ref FileSystemEntry entry)
    {
        var isLink = entry.Attributes.HasFlag(FileAttributes.ReparsePoint);
        return isLink || entry.IsDirectory
            ? new Entry(entry.FileName.ToString(), entry.IsDirectory, isLink, 0, default)
            : new Entry(entry.FileName.ToString(), false, false, entry.Length, entry.LastWriteTimeUtc);
    }

    private void Follow(string path, string link)
    {
        var isIncluded = _include?.Invoke(path) ?? true;
        string target;
        try
        {
            target = Posix.RealPath(link);
        }
        catch (IOException e)
        {
            if (!isIncluded)
                return;
            throw new ContentRejectedException(RejectionReason.Link, $"Refused '{path}': the link leads nowhere ({e.Message})", e);
        }

        if (!target.StartsWith(_root + "/", StringComparison.Ordinal))
        {
            if (!isIncluded)
                return;
            throw new ContentRejectedException(RejectionReason.Link, $"Refused '{path}': the link leads out of the folder, to '{target}'.");
        }

        var file = new FileInfo(target);
        if (Directory.Exists(target))
            ScanBelow(target, path + "/");
        else if (isIncluded)
            AddFile(path, target, file.Length, file.LastWriteTimeUtc);
    }

    private void AddFile(string path, string fullPath, long size, DateTimeOffset modified)
    {
        // Opening a FIFO would wait for ever; all that is neither file nor folder has no size.
        if (size == 0 && Posix.IsSpecialFile(fullPath))
            throw new ContentRejectedException(RejectionReason.SpecialFile, $"Refused '{path}': it is a device, a FIFO or a socket.");
        _files.Add(new ContentFile(path, fullPath, size, modified));
    }
}
