using System.Globalization;
using System.Reflection;

namespace Samples.Testing;

/// <summary>The tables of docs/settings.md, to be held against the options that the code reads.</summary>
internal static class SettingsTable
{
    /// <summary>The rows of one section, name to default; a default that the page calls <c>–</c> is "".</summary>
    public static SortedDictionary<string, string> RowsOf(string section) => new(
        File.ReadLines(RepositoryRoot.Combine("docs/settings.md"))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells.Length > 3 && cells[1].StartsWith($"`{section}__", StringComparison.Ordinal))
            .ToDictionary(cells => cells[1].Trim('`'), cells => cells[2] == "–" ? "" : cells[2].Trim('`')),
        StringComparer.Ordinal);

    /// <summary>The settings that an options object has, name to default, nested ones too.</summary>
    public static SortedDictionary<string, string> SettingsOf(string section, object options) =>
        SettingsOf(section, options, options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance));

    private static SortedDictionary<string, string> SettingsOf(string section, object options, PropertyInfo[] properties)
    {
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in properties)
        {
            var (name, value) = ($"{section}__{property.Name}", property.GetValue(options));
            if (value is IDictionary<string, string> named)
            {
                settings.Add($"{name}__…", ""); // whatever name the user gives
                foreach (var (key, text) in named)
                    settings.Add($"{name}__{key}", text);
            }
            else if (value is not string and System.Collections.IEnumerable)
            {
                // Of a list's items, what they have beside what they share with the section itself.
                var item = Activator.CreateInstance(property.PropertyType.GetGenericArguments()[0])!;
                foreach (var (nested, text) in SettingsOf($"{name}__N", item, item.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)))
                    settings.Add(nested, text);
            }
            else if (property.PropertyType.IsClass && property.PropertyType != typeof(string))
            {
                foreach (var (nested, text) in SettingsOf(name, value!))
                    settings.Add(nested, text);
            }
            else
            {
                settings.Add(name, value is bool flag ? (flag ? "true" : "false") : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
            }
        }

        return settings;
    }
}
