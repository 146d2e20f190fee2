namespace Samples.Server;

/// <summary>What each folder of a site holds, for visitors; made from the site's own files, so it has nothing that could not be asked for.</summary>
internal sealed class FolderListing
{
    private readonly Dictionary<string, SortedDictionary<string, FolderEntry>> _folders = new(StringComparer.Ordinal);

    public FolderListing(IReadOnlyCollection<Asset> assets)
    {
        _folders["/"] = new(StringComparer.Ordinal);
        foreach (var asset in assets)
        {
            var slash = asset.Path.LastIndexOf('/');
            var name = asset.Path[(slash + 1)..];
            Folder(asset.Path[..(slash + 1)])[name] = new FolderEntry(name, "file", asset.Modified, asset.Identity.Length);
        }
    }

    /// <summary>The entries of a folder, in order of name; null where there is no such folder.</summary>
    /// <param name="path">With the slash at its end.</param>
    public IReadOnlyCollection<FolderEntry>? Of(string path) => _folders.TryGetValue(path, out var entries) ? entries.Values : null;

    private SortedDictionary<string, FolderEntry> Folder(string path)
    {
        if (_folders.TryGetValue(path, out var entries))
            return entries;

        // A slash, which no name of a file has, sorts folders before most files and parts them from a file of the same name.
        _folders[path] = entries = new(StringComparer.Ordinal);
        var slash = path.LastIndexOf('/', path.Length - 2);
        var name = path[(slash + 1)..^1];
        Folder(path[..(slash + 1)])["/" + name] = new FolderEntry(name, "directory", null, null);
        return entries;
    }
}
