namespace Samples.Server;

/// <summary>
/// By which names a site's files can be asked for: nginx's <c>index</c> and <c>try_files $uri $uri.html $uri/</c>, worked out once at load, so that
/// a request costs one look-up whatever the rules.
/// </summary>
internal sealed class SiteNames(ServerOptions options)
{
    private const string PageExtension = ".html";

    private readonly string[] _indexNames = options.IndexFiles.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    private readonly bool _cleanUrls = options.CleanUrls;

    /// <summary>Each file by its path; each folder that has an index by its name with the slash; each page without its extension. A file
    /// always keeps its own name.</summary>
    public Dictionary<string, Asset> Of(IReadOnlyCollection<Asset> assets)
    {
        var names = new Dictionary<string, Asset>(assets.Count * 2, StringComparer.Ordinal);
        foreach (var asset in assets)
            names.Add(asset.Path, asset);

        foreach (var index in _indexNames.Select(name => "/" + name))
        {
            foreach (var asset in assets.Where(a => a.Path.EndsWith(index, StringComparison.Ordinal)))
                names.TryAdd(asset.Path[..^(index.Length - 1)], asset);
        }

        if (_cleanUrls)
        {
            foreach (var asset in assets.Where(a => IsPage(a.Path)))
                names.TryAdd(asset.Path[..^PageExtension.Length], asset);
        }

        return names;
    }

    private static bool IsPage(string path) => path.EndsWith(PageExtension, StringComparison.Ordinal) && path[^(PageExtension.Length + 1)] != '/';
}
