using System.Formats.Tar;
using Samples.SharedVolume;

namespace Samples.Sidecar.Sources.Oci;

/// <summary>
/// Puts the layers of an image over one another (OCI image spec, layer §applying changesets), the uppermost first: a file is
/// written once, where no layer above has it, hides it or has put something else in its place. So nothing is ever taken away
/// again, and one layer at a time is on the disk.
/// </summary>
/// <param name="folder">The only folder that is wanted, without slashes around it; null for everything.</param>
internal sealed class ImageOverlay(string? folder)
{
    /// <summary>Of what hides something and folders, in all layers together: each is held in memory.</summary>
    private const int MaxMarks = 1_000_000;

    private const string WhiteOut = ".wh.";
    private const string OpaqueWhiteOut = ".wh..wh..opq";

    /// <summary>Of the layers above: what hides an entry of its name and all below it, what hides all below it only, and what was a folder.</summary>
    private readonly HashSet<string> _gone = new(StringComparer.Ordinal);
    private readonly HashSet<string> _opaque = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);

    /// <summary>Of this layer, which they do not concern.</summary>
    private readonly List<(HashSet<string> Set, string Path)> _pending = [];
    private int _marks;

    /// <summary>Whether anything got a place so far.</summary>
    public bool HasFiles { get; private set; }

    /// <summary>The path that an entry has in what is published, or null where it is not part of it.</summary>
    public string? Place(TarEntry entry)
    {
        if (entry.EntryType is TarEntryType.GlobalExtendedAttributes)
            return null;

        var path = Archive.Relative(entry.Name).TrimEnd('/');
        var name = path[(path.LastIndexOf('/') + 1)..];
        if (!name.StartsWith(WhiteOut, StringComparison.Ordinal))
            return Place(path, entry.EntryType is TarEntryType.Directory or TarEntryType.DirectoryList);

        MarkWhiteOut(path, name);
        return null;
    }

    /// <summary>As with an entry of an archive, for what has that name by itself.</summary>
    public string? Place(string path, bool isFolder)
    {
        if (!Concerns(path) || IsHidden(path) || (!isFolder && _folders.Contains(path)))
            return null;

        Mark(isFolder ? _folders : _gone, path);
        for (var slash = path.LastIndexOf('/'); slash > 0 && !_folders.Contains(path[..slash]); slash = path.LastIndexOf('/', slash - 1))
            Mark(_folders, path[..slash]);
        if (isFolder || !IsWanted(path))
            return null;
        HasFiles = true;
        return path[(folder is null ? 0 : folder.Length + 1)..];
    }

    /// <summary>From here on come the entries of the layer below.</summary>
    public void Descend()
    {
        foreach (var (set, path) in _pending)
            set.Add(path);
        _pending.Clear();
    }

    private void MarkWhiteOut(string path, string name)
    {
        var parent = path[..Math.Max(0, path.Length - name.Length - 1)];
        if (name == OpaqueWhiteOut)
        {
            if (parent.Length == 0 || Concerns(parent))
                Mark(_opaque, parent);
        }
        else if (!name.StartsWith(".wh..wh.", StringComparison.Ordinal))
        {
            var hidden = (parent.Length == 0 ? "" : parent + "/") + name[WhiteOut.Length..];
            if (Concerns(hidden))
                Mark(_gone, hidden);
        }
    }

    private void Mark(HashSet<string> set, string path)
    {
        if (set.Contains(path))
            return;
        if (++_marks > MaxMarks)
            throw new ContentRejectedException(RejectionReason.TooManyFiles, $"Refused '{path}': the layers have more than {MaxMarks} folders and white-outs.");
        _pending.Add((set, path));
    }

    /// <summary>Whether a path is in the folder that is wanted, or one that leads there.</summary>
    private bool Concerns(string path) => folder is null || IsWanted(path) || path == folder || folder.StartsWith(path + "/", StringComparison.Ordinal);

    private bool IsWanted(string path) => folder is null || path.StartsWith(folder + "/", StringComparison.Ordinal);

    private bool IsHidden(string path)
    {
        if (_opaque.Contains("") || _gone.Contains(path))
            return true;
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            if (_gone.Contains(path[..slash]) || _opaque.Contains(path[..slash]))
                return true;
        }

        return false;
    }
}
