namespace Samples.Sidecar.Sources;

/// <summary>One source of a release.</summary>
public sealed class SourceOptions : SourceSettings
{
    /// <summary>Its address, see <see cref="ContentSource"/>.</summary>
    public string Uri { get; set; } = "";

    /// <summary>The folder of the release that it fills, such as <c>docs/</c>; empty for the root.</summary>
    public string Target { get; set; } = "";

    /// <summary>The section of the settings that it was read from, for errors: <c>Sidecar__Sources__0</c>.</summary>
    internal string Section { get; private set; } = "";

    /// <summary>The target as it stands before a path: empty, or with one slash at its end.</summary>
    internal string Prefix => Target.Trim('/') is { Length: > 0 } folder ? folder + "/" : "";

    /// <summary><c>Sidecar:Source</c>, then each of <c>Sidecar:Sources</c>: with what <c>Sidecar</c> says for all, and what its own section says in place of that.</summary>
    internal static IReadOnlyList<SourceOptions> ReadAll(IConfiguration configuration)
    {
        var common = configuration.GetSection(SidecarOptions.SectionName);
        var sources = new List<SourceOptions>();
        foreach (var own in common.GetSection(nameof(SidecarOptions.Sources)).GetChildren())
        {
            var source = new SourceOptions();
            common.Bind(source);
            (source.Uri, source.Target) = ("", "");
            own.Bind(source);
            source.Section = own.Path.Replace(":", "__", StringComparison.Ordinal);
            sources.Add(source);
        }

        if (sources.Count > 0 && common[nameof(SidecarOptions.Source)] is null or "")
            return sources;

        var only = new SourceOptions();
        common.Bind(only);
        (only.Uri, only.Target) = (common[nameof(SidecarOptions.Source)] ?? "", "");
        return [only, .. sources];
    }
}
