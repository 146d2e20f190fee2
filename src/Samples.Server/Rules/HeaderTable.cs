using Microsoft.Extensions.Primitives;

namespace Samples.Server;

/// <summary>Compiles the rules of <c>_headers</c> into the headers of each of a site's names, so that no request pays for them.</summary>
internal sealed class HeaderTable(IReadOnlyList<HeaderRule> rules)
{
    private readonly ILookup<string, int> _exact = Enumerable.Range(0, rules.Count).Where(i => rules[i].Path.Exact is not null)
        .ToLookup(i => rules[i].Path.Exact!, StringComparer.Ordinal);

    private readonly int[] _patterns = [.. Enumerable.Range(0, rules.Count).Where(i => rules[i].Path.Exact is null)];
    private readonly Dictionary<string, HeaderSet> _sets = new(StringComparer.Ordinal);

    /// <summary>Puts in place of each asset that a rule matches one with the rule's headers; equal ones are shared.</summary>
    public void Apply(Dictionary<string, Asset> names)
    {
        if (rules.Count == 0)
            return;

        var variants = new Dictionary<(Asset, HeaderSet), Asset>();
        foreach (var (name, asset) in names.ToList())
        {
            if (For(name) is not { } headers)
                continue;
            if (!variants.TryGetValue((asset, headers), out var variant))
                variants[(asset, headers)] = variant = asset.With(headers);
            names[name] = variant;
        }
    }

    /// <summary>What all rules that match a path make of its headers, merged in their order; null where none matches.</summary>
    public HeaderSet? For(string path)
    {
        var matches = _patterns.Select(i => (Index: i, Captured: rules[i].Path.Match(path))).Where(m => m.Captured is not null)
            .Concat(_exact[path].Select(i => (Index: i, Captured: (string[]?)[])))
            .OrderBy(m => m.Index).ToList();
        if (matches.Count == 0)
            return null;

        // Rules that say the same of every path they match are merged once.
        var key = string.Join(',', matches.Select(m => m.Index));
        if (_sets.TryGetValue(key, out var set))
            return set;
        set = Merge(matches.SelectMany(m => rules[m.Index].Changes.Select(c => (c, m.Captured!))));
        if (!matches.Any(m => rules[m.Index].Changes.Any(c => c.Value?.FirstCapture >= 0)))
            _sets.Add(key, set);
        return set;
    }

    private static HeaderSet Merge(IEnumerable<(HeaderChange Change, string[] Captured)> changes)
    {
        var merged = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (change, captured) in changes)
        {
            var value = change.Value?.Expand(captured, PathTemplate.Encode);
            merged[change.Name] = value is not null && merged.GetValueOrDefault(change.Name) is { } before ? $"{before}, {value}" : value;
        }

        return new HeaderSet([.. merged.Select(h => KeyValuePair.Create(h.Key, new StringValues(h.Value)))]);
    }
}
