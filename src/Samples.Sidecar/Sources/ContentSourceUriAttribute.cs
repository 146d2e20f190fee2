using Samples.Hosting;

namespace Samples.Sidecar.Sources;

/// <summary>An address that <see cref="ContentSource"/> knows how to fetch from.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ContentSourceUriAttribute() : SettingAttribute(ContentSource.Syntax)
{
    protected override bool IsAllowed(object? value) => ContentSource.TryParse(value as string, out _);
}
