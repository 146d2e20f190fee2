using Samples.Hosting;

namespace Samples.Server;

/// <summary>Paths from the root of the site, parted by spaces, or none.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SitePathsAttribute() : SettingAttribute("paths from the root of the site, parted by spaces, such as '/api /backroom'")
{
    protected override bool IsAllowed(object? value) =>
        value is null || (value is string paths && paths.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(path => path[0] == '/'));
}
