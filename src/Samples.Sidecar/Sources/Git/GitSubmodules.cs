using System.Text;
using Samples.SharedVolume;

namespace Samples.Sidecar.Sources.Git;

/// <summary>
/// The submodules that a commit has, and those that they have. Where one is fetched from, <c>.gitmodules</c> says, which is
/// as trustworthy as the rest of the content: its addresses are held to the source's own guards, and get no credentials
/// but on the source's own origin.
/// </summary>
internal sealed class GitSubmodules(Uri repository, HttpClient http, string caches, ContentLimits limits) : IDisposable
{
    private const int MaxSubmodules = 100;
    private const int MaxModulesFile = 1 << 20;

    private readonly Dictionary<GitTree, (Uri Address, Dictionary<string, string> Modules)> _parents = [];
    private readonly List<GitOrigin> _origins = [];

    /// <summary>The tree of the source's own commit.</summary>
    public void AddParent(GitTree tree) => Add(tree, repository);

    /// <summary>Fetches the commit of a submodule.</summary>
    /// <param name="parent">What has the submodule.</param>
    /// <param name="path">Where in that.</param>
    /// <param name="commit">Which of the submodule's commits.</param>
    /// <param name="cancellation">Ends the fetch.</param>
    /// <exception cref="ContentRejectedException">Its address is missing, or one that is not fetched from.</exception>
    /// <exception cref="SourceUnavailableException">Its server does not answer, or has no such commit.</exception>
    public GitTree Open(GitTree parent, string path, GitId commit, CancellationToken cancellation)
    {
        var (parentAddress, modules) = _parents[parent];
        if (!modules.TryGetValue(path, out var url))
            throw Refused(path, "is not in .gitmodules");
        if (Resolve(parentAddress, url) is not { } address)
            throw Refused(path, "has an address that is neither https nor, below a repository over http, http");
        if (_origins.Count >= MaxSubmodules)
            throw Refused(path, $"is beyond the limit of {MaxSubmodules} submodules");

        var origin = new GitOrigin($"submodule '{path}' ({address})", address, http, caches, limits);
        _origins.Add(origin);
        var tip = new GitTip(null, commit);
        if (!origin.Repository.Has(commit))
            tip = origin.List(cancellation).FirstOrDefault(r => r.Id == commit) is { } found ? new GitTip(found.Name, commit) : tip;
        origin.Bring(tip, null, 1, cancellation);
        origin.Disconnect();
        var tree = new GitTree(origin.Repository, GitCommit.Read(origin.Repository, commit).Tree);
        Add(tree, address);
        return tree;
    }

    /// <summary>Removes what was fetched of every submodule.</summary>
    public void Discard() => _origins.ForEach(origin => origin.Discard());

    public void Dispose()
    {
        foreach (var origin in _origins)
        {
            origin.Rest();
            origin.Dispose();
        }
    }

    /// <summary>A relative address stands beside its parent's (gitmodules(5)).</summary>
    internal static Uri? Resolve(Uri parent, string url)
    {
        var isRelative = url.StartsWith("./", StringComparison.Ordinal) || url.StartsWith("../", StringComparison.Ordinal);
        if (!Uri.TryCreate(isRelative ? parent.AbsoluteUri.TrimEnd('/') + "/" + url : url, UriKind.Absolute, out var address))
            return null;
        return address.UserInfo.Length == 0 && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && parent.Scheme == Uri.UriSchemeHttp))
            ? new Uri(address.GetLeftPart(UriPartial.Path).TrimEnd('/'))
            : null;
    }

    /// <summary>Path to address, as <c>.gitmodules</c> has them: the part of git-config(1)'s syntax that git-submodule(1) writes.</summary>
    internal static Dictionary<string, string> Parse(string text)
    {
        var modules = new Dictionary<string, string>(StringComparer.Ordinal);
        string? path = null, url = null;
        foreach (var line in text.Split('\n').Select(line => line.Trim()).Append("["))
        {
            if (line.StartsWith('['))
            {
                if (path is not null && url is not null)
                    modules[path] = url;
                (path, url) = (null, null);
            }
            else if (line.Split('=', 2, StringSplitOptions.TrimEntries) is [var key, var value])
            {
                (path, url) = key.ToLowerInvariant() switch
                {
                    "path" => (value.Trim('"').TrimEnd('/'), url),
                    "url" => (path, value.Trim('"')),
                    _ => (path, url),
                };
            }
        }

        return modules;
    }

    private void Add(GitTree tree, Uri address)
    {
        var modules = "";
        if (tree.Find(".gitmodules") is { Entry: { Kind: GitEntryKind.File, Id: var id } } && tree.Repository.Measure(id).Size <= MaxModulesFile)
        {
            using var file = tree.Repository.Read(id);
            modules = Encoding.UTF8.GetString(file.Content);
        }

        _parents[tree] = (address, Parse(modules));
    }

    private static ContentRejectedException Refused(string path, string problem) => new(RejectionReason.Link, $"Refused the submodule '{path}': it {problem}.");
}
