namespace Samples.SharedVolume;

/// <summary>
/// A folder as a source of content: every file below it, symbolic links followed where they stay inside.
/// Names that begin with <c>..</c> are passed over: that is how the kubelet keeps the generations of a ConfigMap
/// or Secret volume (<c>..data</c>), to which the links beside them lead.
/// </summary>
public sealed class ContentFolder
{
    private readonly string _root;

    /// <summary>Real paths of the folders between the root and the one that is being scanned.</summary>
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);

    private readonly Func<string, bool>? _include;
    private readonly Action<ContentFile> _visit;

    private ContentFolder(string root, Func<string, bool>? include, Action<ContentFile> visit) =>
        (_root, _include, _visit) = (Posix.RealPath(root), include, visit);

    /// <summary>All files, in ordinal order of path.</summary>
    /// <param name="include">Whether a path is of interest, asked of files and of links; all are without it.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="ContentRejectedException">A link leaves the folder or leads nowhere, or an entry is no file and no folder.</exception>
    public static ContentFiles Scan(string root, Func<string, bool>? include = null)
    {
        var files = new ContentFiles();
        Visit(root, include, file => files.Add(file));
        return files;
    }

    /// <summary>As <see cref="Scan"/>, in no order, and without holding what was seen.</summary>
    public static void Visit(string root, Func<string, bool>? include, Action<ContentFile> visit)
    {
        if (!Directory.Exists(root))
            throw new DirectoryNotFoundException($"The folder '{root}' does not exist.");

        var folder = new ContentFolder(root, include, visit);
        folder.ScanBelow(folder._root, "");
    }

    private void ScanBelow(string directory, string prefix)
    {
        if (prefix.AsSpan().Count('/') > ContentPath.MaxDepth)
            throw new ContentRejectedException(RejectionReason.Path, $"Refused '{prefix}': it is deeper than {ContentPath.MaxDepth} folders.");
        if (!_open.Add(directory))
            throw new ContentRejectedException(RejectionReason.Link, $"Refused '{prefix.TrimEnd('/')}': the link leads back to a folder that it is in.");

        using var open = new OpenFolder(directory);
        open.Visit((name, in stat) =>
        {
            if (name.StartsWith(".."))
                return;

            var path = string.Concat(prefix, name);
            if (stat.Kind is FileKind.Link)
                Follow(path, Path.Join(directory, name));
            else if (stat.Kind is FileKind.Folder)
                ScanBelow(Path.Join(directory, name), path + "/");
            else if (_include?.Invoke(path) ?? true)
                AddFile(path, directory, null, stat);
        });

        _open.Remove(directory);
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

        if (Directory.Exists(target))
        {
            ScanBelow(target, path + "/");
        }
        else if (isIncluded)
        {
            var (folder, name) = (Path.GetDirectoryName(target)!, Path.GetFileName(target));
            using var open = new OpenFolder(folder);
            if (open.TryStat(name) is { } stat)
                AddFile(path, folder, name, stat);
        }
    }

    private void AddFile(string path, string folder, string? linkedName, in FileStat stat)
    {
        // Opening a FIFO would wait for ever.
        if (stat.Kind is not FileKind.File)
            throw new ContentRejectedException(RejectionReason.SpecialFile, $"Refused '{path}': it is a device, a FIFO or a socket.");
        _visit(new ContentFile(path, folder, linkedName, stat.Size, stat.Modified));
    }
}
