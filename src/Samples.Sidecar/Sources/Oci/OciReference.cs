using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Samples.SharedVolume;

namespace Samples.Sidecar.Sources.Oci;

/// <summary>
/// What <c>oci://registry/repository:tag</c> names (OCI distribution spec §pull). <c>oci+http://</c> speaks to the registry
/// without TLS; <c>?path=usr/share/nginx/html</c> takes one folder of the content.
/// </summary>
/// <param name="Registry">Origin of its API.</param>
/// <param name="Repository">Names between slashes.</param>
/// <param name="Tag">Null where a digest pins the content.</param>
/// <param name="Digest">Null where a tag names the content.</param>
/// <param name="Folder">Without slashes around it; null for everything.</param>
internal sealed partial record OciReference(Uri Registry, string Repository, string? Tag, OciDigest? Digest, string? Folder)
{
    public const string Scheme = "oci";
    public const string PlainScheme = "oci+http";
    private const string FolderKey = "?path=";

    public static bool TryParse(Uri uri, [NotNullWhen(true)] out OciReference? reference)
    {
        reference = null;
        var match = Name().Match(uri.AbsolutePath);
        if (uri.Host.Length == 0 || uri.Fragment.Length > 0 || !match.Success || !TryParseFolder(uri.Query, out var folder))
            return false;

        var (repository, tag, digest) = (match.Groups["repository"].Value, match.Groups["tag"], match.Groups["digest"]);
        OciDigest? pinned = null;
        if (digest.Success && !OciDigest.TryParse(digest.Value, out pinned))
            return false;

        reference = new OciReference(
            new Uri($"{(uri.Scheme == Scheme ? "https" : "http")}://{HostOf(uri)}"),
            // As every client does: Docker Hub's own images are those of 'library'.
            IsDockerHub(uri) && !repository.Contains('/', StringComparison.Ordinal) ? $"library/{repository}" : repository,
            pinned is null ? (tag.Success ? tag.Value : "latest") : null,
            pinned,
            folder);
        return true;
    }

    /// <summary>The address that leads here, with nothing left to default.</summary>
    public override string ToString() =>
        $"{(Registry.Scheme == "https" ? Scheme : PlainScheme)}://{Registry.Authority}/{Repository}{(Digest is null ? $":{Tag}" : $"@{Digest}")}{(Folder is null ? "" : FolderKey + Folder)}";

    private static bool IsDockerHub(Uri uri) => uri.Host is "docker.io" or "index.docker.io";

    private static string HostOf(Uri uri) => IsDockerHub(uri) ? "registry-1.docker.io" : uri.Authority;

    private static bool TryParseFolder(string query, out string? folder)
    {
        folder = null;
        if (query.Length == 0)
            return true;
        if (!query.StartsWith(FolderKey, StringComparison.Ordinal) || query.Contains('&', StringComparison.Ordinal))
            return false;

        folder = Uri.UnescapeDataString(query[FolderKey.Length..]).Trim('/');
        return ContentPath.FindProblem(folder) is null;
    }

    [GeneratedRegex(@"\A/(?<repository>[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*)(:(?<tag>[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}))?(@(?<digest>.+))?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Name();
}
