using System.Text.RegularExpressions;

namespace Samples.Sidecar.Sources;

/// <summary>What sha256sum, shasum and BSD's sha256 write: <c>hex  name</c>, <c>SHA256 (name) = hex</c>, or the hex digits alone.</summary>
internal static partial class ChecksumFile
{
    /// <summary>The SHA-256 of a file, in lower-case hex digits: of its line, or of the only one. Null where none says it.</summary>
    public static string? Find(string text, string name)
    {
        var lines = Line().Matches(text).Select(match => (Hash: match.Groups["hash"].Value.ToLowerInvariant(), Name: Path.GetFileName(match.Groups["name"].Value.TrimEnd()))).ToArray();
        return lines is [var only] ? only.Hash : lines.FirstOrDefault(line => line.Name == name).Hash;
    }

    [GeneratedRegex(@"^(\\?(?<hash>[0-9a-fA-F]{64})([ ][ *](?<name>[^\r\n]+))?|SHA256 \((?<name>[^\r\n]+)\) = (?<hash>[0-9a-fA-F]{64}))[ \t]*\r?$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Line();
}
