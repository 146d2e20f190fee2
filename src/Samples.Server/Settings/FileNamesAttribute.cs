using Samples.Hosting;

namespace Samples.Server;

/// <summary>Names of files, parted by spaces, as nginx's <c>index</c> takes them.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FileNamesAttribute() : SettingAttribute("names of files, parted by spaces, such as 'index.html index.htm'")
{
    protected override bool IsAllowed(object? value) =>
        value is string names && names.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(name => !name.Contains('/', StringComparison.Ordinal) && name[0] != '.');
}
