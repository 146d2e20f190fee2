using Microsoft.Extensions.Primitives;

namespace Samples.Server;

/// <summary>Ready-made response headers; one without a value takes away what was set before.</summary>
internal sealed class HeaderSet(IReadOnlyCollection<KeyValuePair<string, StringValues>> headers)
{
    public static readonly HeaderSet Empty = new([]);

    private readonly KeyValuePair<string, StringValues>[] _headers = [.. headers];

    /// <summary>Whether any of it has no value. Asked at every request, so it is found out once.</summary>
    public bool TakesAway { get; } = headers.Any(header => header.Value.Count == 0);

    public void Apply(IHeaderDictionary response)
    {
        foreach (var (name, value) in _headers)
            response[name] = value;
    }

    /// <summary>Parts the set: the one value that was named, or null, and all the others.</summary>
    public (StringValues? Value, HeaderSet Others) Take(string name)
    {
        var index = Array.FindIndex(_headers, h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase));
        return index < 0 ? ((StringValues?)null, this) : (_headers[index].Value, new HeaderSet([.. _headers.Where((_, i) => i != index)]));
    }
}
