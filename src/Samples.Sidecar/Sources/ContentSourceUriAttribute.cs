using System.Text.RegularExpressions;
using Samples.Hosting;

namespace Samples.Sidecar.Sources;

/// <summary>An address that <see cref="ContentSource"/> knows how to fetch from.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed partial class ContentSourceUriAttribute() : SettingAttribute(ContentSource.Syntax)
{
    protected override bool IsAllowed(object? value) => ContentSource.TryParse(value as string, out _);

    /// <summary>A name, a password or a token that was put into the address must not get into the log by being refused.</summary>
    protected override string? Show(object? value) => value is string text ? Secrets().Replace(text, "***") : null;

    [GeneratedRegex("(?<=://)[^/@]*(?=@)|(?<=[?]).*")]
    private static partial Regex Secrets();
}
