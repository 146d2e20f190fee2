namespace Samples.Server;

/// <summary>The rules of <c>_redirects</c>, the first that matches being the one that counts. Immutable.</summary>
internal sealed class RedirectTable
{
    public static readonly RedirectTable Empty = new([]);

    private static readonly string[] _nothing = [];

    private readonly Dictionary<string, Redirect> _exact = new(StringComparer.Ordinal);
    private readonly Redirect[] _patterns;

    public RedirectTable(IReadOnlyCollection<Redirect> rules)
    {
        Count = rules.Count;
        HasForced = rules.Any(r => r.Forced);
        _patterns = [.. rules.Where(r => r.From.Exact is null)];
        foreach (var rule in rules.Where(r => r.From.Exact is not null))
            _exact.TryAdd(rule.From.Exact!, rule);
    }

    public int Count { get; }

    public bool HasForced { get; }

    /// <summary>The rule for a path, with what its pattern captured; null where there is none.</summary>
    /// <param name="path">Decoded.</param>
    /// <param name="forcedOnly">Leaves out the rules that come after files and routes.</param>
    public (Redirect Rule, string[] Captured)? Find(string path, bool forcedOnly)
    {
        if (Count == 0 || (forcedOnly && !HasForced))
            return null;

        var exact = _exact.GetValueOrDefault(path) is { } rule && (rule.Forced || !forcedOnly) ? rule : null;
        foreach (var pattern in _patterns)
        {
            if (exact?.Line < pattern.Line)
                break;
            if ((pattern.Forced || !forcedOnly) && pattern.From.Match(path) is { } captured)
                return (pattern, captured);
        }

        return exact is null ? null : (exact, _nothing);
    }
}
