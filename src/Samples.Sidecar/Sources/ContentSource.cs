using System.Diagnostics.CodeAnalysis;
using Samples.SharedVolume;
using Samples.Sidecar.Sources.Git;
using Samples.Sidecar.Sources.Oci;

namespace Samples.Sidecar.Sources;

/// <summary>Tells by its form which kind of source an address is.</summary>
public static class ContentSource
{
    public const string Syntax =
        $"a folder (/content or file:///content), an archive (https://host/site.tar.gz, .tgz, .tar or .zip), a Git repository ({GitAddress.Syntax}), an OCI artifact or image (oci://registry/repository:tag, …@sha256:… and ?path=folder) or another server's release (release+https://host/), without user name or password";

    private static readonly string[] _archiveExtensions = [".tar.gz", ".tgz", ".tar", ".zip"];

    /// <param name="options">Where the source is, and how it is read.</param>
    /// <param name="caches">A folder for what a source keeps from one sync to the next.</param>
    /// <param name="limits">Of a release.</param>
    public static IContentSource Create(SourceOptions options, string caches, ContentLimits limits, TimeProvider clock, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (GitAddress.TryParse(options.Uri, out var git))
            return new GitSource(git, GuardedHttp.Create(git.Repository, options), caches, limits, loggers.CreateLogger<GitSource>());
        if (!TryParse(options.Uri, out var uri))
            throw new ArgumentException($"'{options.Uri}' is not {Syntax}.", nameof(options));
        return uri.Scheme switch
        {
            "file" => new DirectorySource(uri, new ContentFilter(options.Include, options.Exclude), clock),
            OciReference.Scheme or OciReference.PlainScheme when OciReference.TryParse(uri, out var reference) => new OciSource(reference, options, clock),
            "release+https" or "release+http" => new SharedReleaseSource(uri, options, clock),
            _ => new ArchiveSource(uri, options, clock),
        };
    }

    /// <summary>Whether there are signatures of what comes from an address.</summary>
    public static bool CanBeSigned(Uri uri) => uri.Scheme is "http" or "https" or OciReference.Scheme or OciReference.PlainScheme;

    public static bool TryParse(string? source, [NotNullWhen(true)] out Uri? uri) =>
        Uri.TryCreate(source, UriKind.Absolute, out uri) && uri.UserInfo.Length == 0 && uri.Scheme switch
        {
            "file" => uri.Host.Length == 0,
            "http" or "https" => _archiveExtensions.Any(uri.AbsolutePath.EndsWith),
            OciReference.Scheme or OciReference.PlainScheme => OciReference.TryParse(uri, out _),
            "release+https" or "release+http" => uri.Host.Length > 0 && uri.Query.Length + uri.Fragment.Length == 0,
            "git+http" or "git+https" => GitAddress.TryParse(source, out _),
            _ => false,
        };
}
