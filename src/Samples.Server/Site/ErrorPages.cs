using System.Collections.Frozen;

namespace Samples.Server;

/// <summary>The pages a release brings for what goes wrong: a <c>404.html</c> in any folder, and one <c>50x.html</c> at its root.</summary>
internal sealed class ErrorPages
{
    private const string NotFoundName = "404.html";

    private readonly FrozenDictionary<string, Asset>.AlternateLookup<ReadOnlySpan<char>> _notFound;
    private readonly int _longestFolder;

    public ErrorPages(IReadOnlyDictionary<string, Asset> names)
    {
        var pages = names.Where(n => n.Key.EndsWith("/" + NotFoundName, StringComparison.Ordinal))
            .ToFrozenDictionary(n => n.Key[..^NotFoundName.Length], n => n.Value, StringComparer.Ordinal);
        _notFound = pages.GetAlternateLookup<ReadOnlySpan<char>>();
        _longestFolder = pages.Count == 0 ? 0 : pages.Keys.Max(folder => folder.Length);
        UpstreamFailed = names.GetValueOrDefault("/50x.html");
    }

    /// <summary>For a route whose upstream did not answer.</summary>
    public Asset? UpstreamFailed { get; }

    /// <summary>The <c>404.html</c> of the folder that the path is in, or of the nearest one above it.</summary>
    /// <param name="path">Whatever was asked for. No part of it that is longer than any folder with a page is looked at: many slashes cost nothing.</param>
    public Asset? NotFoundFor(ReadOnlySpan<char> path)
    {
        var folder = path[..Math.Min(path.Length, _longestFolder)];
        for (var slash = folder.LastIndexOf('/'); slash >= 0; slash = folder[..slash].LastIndexOf('/'))
        {
            if (_notFound.TryGetValue(folder[..(slash + 1)], out var page))
                return page;
        }

        return null;
    }
}
