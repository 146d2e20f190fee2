namespace Samples.Server;

/// <summary>Where a single-page application's routes lead: one page, for every path that is no file's and that nothing else answers.</summary>
internal sealed class SpaFallback(ServerOptions options)
{
    private readonly string[] _excluded = [.. (options.SpaExclude ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(p => p.TrimEnd('/'))];

    /// <summary>The page, or null where the application has none.</summary>
    public string? Page { get; } = options.SpaFallback is { Length: > 0 } page ? page : null;

    /// <summary>
    /// Whether the path may be one of the application's. One with an extension is not: a missing script answered with a page is an error that
    /// shows far from its cause.
    /// </summary>
    public bool Takes(string path) =>
        Page is not null
        && !path.AsSpan(path.LastIndexOf('/') + 1).Contains('.')
        && !_excluded.Any(prefix => path.StartsWith(prefix, StringComparison.Ordinal) && (path.Length == prefix.Length || path[prefix.Length] == '/'));
}
