using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace Samples.Server;

/// <summary>Chooses a representation by <c>Accept-Encoding</c> (RFC 9110 §12.5.3).</summary>
internal static class EncodingNegotiation
{
    /// <summary>
    /// The representation of the highest weight; of equals the smallest; identity where the client does not say that it takes
    /// a coding. Null where it takes none of those there are, identity included.
    /// </summary>
    public static Representation? Choose(Asset asset, StringValues acceptEncoding)
    {
        if (asset.Coded.Length == 0 && acceptEncoding.Count <= 1 && acceptEncoding.ToString().IndexOf('0', StringComparison.Ordinal) < 0)
            return asset.Identity;

        // Not listed, identity is acceptable but last (no weight is 0 < w < 0.001), unless "*;q=0" rules it out.
        var identityWeight = WeightOf("identity", acceptEncoding) ?? (WeightOf("*", acceptEncoding) is 0 ? 0 : 0.0001);
        var (best, bestWeight) = (identityWeight > 0 ? asset.Identity : null, identityWeight);
        foreach (var candidate in asset.Coded)
        {
            var weight = WeightOf(candidate.Coding!, acceptEncoding) ?? WeightOf("*", acceptEncoding) ?? 0;
            var smallerOfEquals = weight == bestWeight && best == asset.Identity;
            if (weight > 0 && (weight > bestWeight || smallerOfEquals))
                (best, bestWeight) = (candidate, weight);
        }

        return best;
    }

    private static double? WeightOf(string coding, StringValues header)
    {
        foreach (var line in header)
        {
            foreach (var element in line.AsSpan().Split(','))
            {
                var member = line.AsSpan()[element];
                var semicolon = member.IndexOf(';');
                var name = (semicolon < 0 ? member : member[..semicolon]).Trim(" \t");
                if (IsNamed(name, coding))
                    return semicolon < 0 ? 1 : ParseWeight(member[(semicolon + 1)..]);
            }
        }

        return null;
    }

    /// <summary>Names are case-insensitive, and x-gzip is gzip (§8.4.1.3).</summary>
    private static bool IsNamed(ReadOnlySpan<char> name, string coding) =>
        name.Equals(coding, StringComparison.OrdinalIgnoreCase)
        || (coding == "gzip" && name.Equals("x-gzip", StringComparison.OrdinalIgnoreCase));

    /// <summary>A qvalue (§12.4.2); one that is malformed does not ask for anything, so it counts as 0.</summary>
    private static double ParseWeight(ReadOnlySpan<char> parameter)
    {
        var text = parameter.Trim(" \t");
        return text is ['q' or 'Q', '=', .. { Length: >= 1 and <= 5 } value]
            && value[0] is '0' or '1'
            && double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var weight)
            && weight <= 1
                ? weight
                : 0;
    }
}
