using System.Buffers;

namespace Samples.Server;

/// <summary>
/// Tells by its name whether a file carries a hash of its own content, as bundlers name what they emit: such a
/// name never gets other content, so it may be cached for ever and served from a release that has been replaced.
/// </summary>
/// <remarks>
/// A wrong yes pins old content in browsers for a year, a wrong no costs one revalidation; so the rule errs
/// towards no. A name is fingerprinted where it is not a page (<c>.html</c>, <c>.htm</c>), has an extension, and
/// one of these parts of the name before that extension is a hash:
/// <list type="bullet">
/// <item>a part between <c>.</c>, <c>-</c> or <c>_</c> of 8 to 64 characters;</item>
/// <item>the last eight characters after a <c>.</c> or <c>-</c>, for base64url, which has <c>-</c> and <c>_</c> itself.</item>
/// </list>
/// A part is a hash where it breaks into many <em>runs</em>: stretches of digits or of letters, where a new one begins as a word would,
/// with a capital: <c>User|Profile</c>, <c>Bk|X|3|x|9|a|Q</c>. A <c>-</c> or <c>_</c> and what follows it begin none: <c>Page-User-Tab.js</c>
/// is three words.
/// <list type="bullet">
/// <item>lower-case hex (webpack, Parcel, Rails, Hugo): three runs or more: <c>3f9c2a1b</c>; not <c>20240115</c>, <c>deadbeef</c> or
/// <c>cafe2024</c>;</item>
/// <item>base32 of eight (esbuild, Angular) and base64url of up to 22 with both cases (Vite, Rollup): three runs in eight characters where
/// it is code, whose names bundlers give; four where it is not: <c>iPhone15.jpg</c>, <c>Win32App.zip</c>. Never <c>OVERVIEW</c>,
/// <c>Gallery2</c> or <c>UserProfilePageView</c>.</item>
/// </list>
/// </remarks>
internal static class Fingerprint
{
    private const int MinLength = 8;
    private const int MaxHexLength = 64;
    private const int MaxBase64Length = 22;

    private static readonly SearchValues<char> _hex = SearchValues.Create("0123456789abcdef");
    private static readonly SearchValues<char> _base32 = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
    private static readonly SearchValues<char> _base64Url =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <param name="path">A path or a bare name; only what follows the last <c>/</c> counts.</param>
    public static bool IsIn(ReadOnlySpan<char> path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        var dot = name.LastIndexOf('.');
        if (dot < MinLength || name[dot..] is ".html" or ".htm")
            return false;

        var stem = name[..dot];
        var runsInEight = name[dot..] is ".js" or ".mjs" or ".css" or ".map" or ".wasm" ? 3 : 4;
        foreach (var part in stem.SplitAny('.', '-', '_'))
        {
            if (IsHash(stem[part], runsInEight))
                return true;
        }

        return stem.Length > MinLength && stem[^(MinLength + 1)] is '.' or '-' && IsHash(stem[^MinLength..], runsInEight);
    }

    private static bool IsHash(ReadOnlySpan<char> part, int runsInEight) => part.Length switch
    {
        < MinLength or > MaxHexLength => false,
        _ when !part.ContainsAnyExcept(_hex) => CountRuns(part) >= 3,
        MinLength when !part.ContainsAnyExcept(_base32) => CountRuns(part) * 8 >= runsInEight * part.Length,
        <= MaxBase64Length when !part.ContainsAnyExcept(_base64Url) =>
            part.ContainsAnyInRange('a', 'z') && part.ContainsAnyInRange('A', 'Z') && CountRuns(part) * 8 >= runsInEight * part.Length,
        _ => false,
    };

    private static int CountRuns(ReadOnlySpan<char> part)
    {
        var runs = 0;
        for (var i = 0; i < part.Length; i++)
        {
            var previous = i > 0 ? part[i - 1] : '\0';
            var continues = part[i] is '-' or '_' || previous is '-' or '_'
                || (char.IsAsciiDigit(part[i]) ? char.IsAsciiDigit(previous)
                : char.IsAsciiLetterUpper(part[i]) ? char.IsAsciiLetterUpper(previous)
                : char.IsAsciiLetter(previous) && !EndsCapitals(part[..i]));
            runs += continues ? 0 : 1;
        }

        return runs;
    }

    /// <summary>In <c>HTMLParser</c> the word after the capitals begins with the last of them.</summary>
    private static bool EndsCapitals(ReadOnlySpan<char> part) => part is [.., var one, var two] && char.IsAsciiLetterUpper(one) && char.IsAsciiLetterUpper(two);
}
