using System.Diagnostics.CodeAnalysis;

namespace Samples.Sidecar.Sources;

/// <summary>Tells by its form which kind of source an address is.</summary>
public static class ContentSource
{
    public const string Syntax =
        "a folder (/content or file:///content) or an archive (https://host/site.tar.gz, .tgz, .tar or .zip), without user name or password";

    private static readonly string[] _archiveExtensions = [".tar.gz", ".tgz", ".tar", ".zip"];

    public static IContentSource Create(SourceOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!TryParse(options.Uri, out var uri))
            throw new ArgumentException($"'{options.Uri}' is not {Syntax}.", nameof(options));
        return uri.IsFile ? new DirectorySource(uri, new ContentFilter(options.Include, options.Exclude), clock) : new ArchiveSource(uri, GuardedHttp.Create(uri, options));
    }

    public static bool TryParse(string? source, [NotNullWhen(true)] out Uri? uri) =>
        Uri.TryCreate(source, UriKind.Absolute, out uri) && uri.UserInfo.Length == 0 && uri.Scheme switch
        {
            "file" => uri.Host.Length == 0,
            "http" or "https" => _archiveExtensions.Any(uri.AbsolutePath.EndsWith),
            _ => false,
        };
}
