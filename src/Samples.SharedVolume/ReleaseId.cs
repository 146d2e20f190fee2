using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Unicode;

namespace Samples.SharedVolume;

/// <summary>
/// A release's name: the first 16 hex digits of the SHA-256 over one line a file,
/// <c>&lt;sha256&gt; &lt;size&gt; &lt;path&gt;\n</c> in UTF-8, in ordinal order of path.
/// Same content, same id: neither times nor encodings take part.
/// </summary>
public static class ReleaseId
{
    private const int Length = 16;
    private const int MaxLine = ContentPath.MaxLength + 128;
    private static readonly SearchValues<char> _hexDigits = SearchValues.Create("0123456789abcdef");

    /// <param name="files">In ordinal order of path.</param>
    public static string Of(IEnumerable<ReleaseFile> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> line = stackalloc byte[MaxLine];
        foreach (var file in files)
        {
            if (!Utf8.TryWrite(line, CultureInfo.InvariantCulture, $"{file.Sha256} {file.Size} {file.Path}\n", out var written))
                throw new InvalidDataException($"'{file.Path}' has a longer path or hash than a release may have.");
            hash.AppendData(line[..written]);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..Length];
    }

    /// <inheritdoc cref="Of(IEnumerable{ReleaseFile})"/>
    public static string Of(ReleaseFiles files)
    {
        ArgumentNullException.ThrowIfNull(files);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> line = stackalloc byte[MaxLine];
        for (var i = 0; i < files.Count; i++)
        {
            var path = files.PathOf(i);
            Convert.TryToHexStringLower(files.RowOf(i).Sha256, line, out var length);
            if (path.Length > ContentPath.MaxLength || !Utf8.TryWrite(line[length..], CultureInfo.InvariantCulture, $" {files.RowOf(i).Size} ", out var written))
                throw new InvalidDataException($"'{files[i].Path}' has a longer path than a release may have.");
            length += written;
            path.CopyTo(line[length..]);
            length += path.Length;
            line[length] = (byte)'\n';
            hash.AppendData(line[..(length + 1)]);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..Length];
    }

    public static bool IsValid(ReadOnlySpan<char> id) => id.Length == Length && !id.ContainsAnyExcept(_hexDigits);
}
