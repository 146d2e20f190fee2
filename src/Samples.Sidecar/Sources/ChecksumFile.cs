namespace Samples.Sidecar.Sources;

/// <summary>What sha256sum, shasum and BSD's sha256 write: <c>hex  name</c>, <c>SHA256 (name) = hex</c>, or the hex digits alone.</summary>
internal static class ChecksumFile
{
    private const int HexDigits = 64;
    private const string BsdStart = "SHA256 (";
    private const string BsdMiddle = ") = ";

    /// <summary>The SHA-256 of a file, in lower-case hex digits: of its line, or of the only one. Null where none says it.</summary>
    public static string? Find(string text, string name)
    {
        var lines = text.Split('\n').Select(line => Parse(line.Trim())).OfType<(string Hash, string Name)>().ToArray();
        return lines is [var only] ? only.Hash : lines.FirstOrDefault(line => line.Name == name).Hash;
    }

    private static (string Hash, string Name)? Parse(string line)
    {
        var (hash, name) = ("", "");
        if (line.StartsWith(BsdStart, StringComparison.Ordinal) && line.LastIndexOf(BsdMiddle, StringComparison.Ordinal) is > 0 and var middle)
        {
            (hash, name) = (line[(middle + BsdMiddle.Length)..], line[BsdStart.Length..middle]);
        }
        else
        {
            // Where a name has a backslash or a line feed, sha256sum puts one in front of all.
            line = line.TrimStart('\\');
            hash = line[..Math.Min(HexDigits, line.Length)];
            name = line[hash.Length..];
            if (name.Length > 0 && !name.StartsWith("  ", StringComparison.Ordinal) && !name.StartsWith(" *", StringComparison.Ordinal))
                return null;
        }

        return hash.Length == HexDigits && hash.All(char.IsAsciiHexDigit) ? (hash.ToLowerInvariant(), Path.GetFileName(name.TrimStart(' ', '*'))) : null;
    }
}
