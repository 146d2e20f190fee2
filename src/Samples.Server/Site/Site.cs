using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Primitives;

namespace Samples.Server;

/// <summary>
/// All that one release serves, built once and never changed. A request takes a reference when it starts and uses it to its end, so no
/// response mixes two releases, whatever happens meanwhile. Disposing gives up what is kept open between requests;
/// requests under way, and late ones, are still answered.
/// </summary>
internal sealed class Site : IDisposable
{
    private readonly FrozenDictionary<string, Asset> _names;
    private readonly FrozenDictionary<string, Asset>.AlternateLookup<ReadOnlySpan<char>> _spans;
    private readonly HandleAllowance _allowance;

    /// <param name="releaseId">The release's id.</param>
    /// <param name="assets">Its files.</param>
    /// <param name="names">By which names they can be asked for.</param>
    /// <param name="allowance">The bound on files kept open between requests.</param>
    public Site(string releaseId, IReadOnlyCollection<Asset> assets, IReadOnlyDictionary<string, Asset> names, HandleAllowance allowance)
    {
        ReleaseId = releaseId;
        ReleaseHeader = releaseId;
        Assets = assets;
        ErrorPages = new ErrorPages(names);
        _names = names.ToFrozenDictionary(StringComparer.Ordinal);
        _spans = _names.GetAlternateLookup<ReadOnlySpan<char>>();
        _allowance = allowance;
    }

    public string ReleaseId { get; }

    /// <summary>Value of <c>X-Release</c>.</summary>
    public StringValues ReleaseHeader { get; }

    public IReadOnlyCollection<Asset> Assets { get; }

    public ErrorPages ErrorPages { get; }

    /// <summary>Of every response about the site, see <see cref="Samples.Server.DefaultHeaders"/>.</summary>
    public HeaderSet DefaultHeaders { get; init; } = HeaderSet.Empty;

    public RedirectTable Redirects { get; init; } = RedirectTable.Empty;

    /// <summary>Null where folders are not listed.</summary>
    public FolderListing? Listing { get; init; }

    /// <summary>Lines of the release's own rules that do not apply.</summary>
    public IReadOnlyList<RuleProblem> Problems { get; init; } = [];

    /// <summary>Finds a file by any of its names, see <see cref="SiteNames"/>.</summary>
    /// <param name="path">Decoded once, with no dot segments left. It is compared, never put together with another path or looked
    /// up on disk, so no spelling of it leads out of the release.</param>
    /// <param name="asset">What was found.</param>
    public bool TryGet(string path, [NotNullWhen(true)] out Asset? asset) => _names.TryGetValue(path, out asset);

    /// <inheritdoc cref="TryGet(string, out Asset?)"/>
    public bool TryGet(ReadOnlySpan<char> path, [NotNullWhen(true)] out Asset? asset) => _spans.TryGetValue(path, out asset);

    /// <summary>Whether <paramref name="path"/> is the name of a folder with an index or a listing, but for the slash at its end.</summary>
    public bool IsFolderWithoutSlash(string path) =>
        path.Length > 0 && path[^1] != '/' && (_names.ContainsKey(path + "/") || Listing?.Of(path + "/") is not null);

    public void Dispose()
    {
        _allowance.Close();
        foreach (var representation in Assets.SelectMany(a => a.Representations))
            representation.File?.Dispose();
    }
}
