using Samples.Hosting;

namespace Samples.Server;

/// <summary>The path of one file from the root of the site, or none.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SitePathAttribute() : SettingAttribute("the path of a file from the root of the site, such as /index.html")
{
    protected override bool IsAllowed(object? value) =>
        value is null or "" || (value is string path && path[0] == '/' && path[^1] != '/' && !path.Contains(' ', StringComparison.Ordinal));
}
