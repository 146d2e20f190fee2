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
    /// <summary>What stands for a folder.</summary>
    public const string IndexName = "index.html";

    private readonly FrozenDictionary<string, Asset> _assets;
    private readonly HandleAllowance _allowance;

    public Site(string releaseId, IReadOnlyCollection<Asset> assets, HandleAllowance allowance)
    {
        ReleaseId = releaseId;
        ReleaseHeader = releaseId;
        Assets = assets;
        _allowance = allowance;

        // A folder is one more name of its index, so that one look-up finds either.
        var indexes = assets.Where(a => a.Path.EndsWith("/" + IndexName, StringComparison.Ordinal))
            .Select(a => KeyValuePair.Create(a.Path[..^IndexName.Length], a));
        _assets = assets.Select(a => KeyValuePair.Create(a.Path, a)).Concat(indexes).ToFrozenDictionary(StringComparer.Ordinal);
        NotFoundPage = _assets.GetValueOrDefault("/404.html");
    }

    public string ReleaseId { get; }

    /// <summary>Value of <c>X-Release</c>.</summary>
    public StringValues ReleaseHeader { get; }

    public IReadOnlyCollection<Asset> Assets { get; }

    public Asset? NotFoundPage { get; }

    /// <summary>Finds a file, or a folder's index by the folder's name with its slash.</summary>
    /// <param name="path">Decoded once, with no dot segments left. It is compared, never put together with another path or looked
    /// up on disk, so no spelling of it leads out of the release.</param>
    /// <param name="asset">What was found.</param>
    public bool TryGet(string path, [NotNullWhen(true)] out Asset? asset) => _assets.TryGetValue(path, out asset);

    /// <summary>Whether <paramref name="path"/> is the name of a folder with an index, but for the slash at its end.</summary>
    public bool IsFolderWithoutSlash(string path) => path.Length > 0 && path[^1] != '/' && _assets.ContainsKey(path + "/");

    public void Dispose()
    {
        _allowance.Close();
        foreach (var representation in Assets.SelectMany(a => a.Representations))
            representation.File?.Dispose();
    }
}
