using System.IO.Compression;
using System.Security.Cryptography;

namespace Samples.SharedVolume;

/// <summary>Holds a release on disk against its manifest.</summary>
public static class ReleaseVerifier
{
    /// <summary>The first thing that is wrong, naming the file, or null where the release is sound: every file there, with its size.</summary>
    public static string? FindProblem(Release release) => FindProblemAmong(release.Manifest.Files, release);

    /// <summary>As above, of some of its files.</summary>
    internal static string? FindProblemAmong(IEnumerable<ReleaseFile> files, Release release)
    {
        foreach (var file in files)
        {
            if (ContentPath.FindProblem(file.Path) is { } problem)
                return $"the path '{file.Path}' {problem}";
            if (FindSizeProblem(release.PathOf(file), file.Size) is { } wrong)
                return wrong;
            foreach (var encoding in file.Encodings)
            {
                if (FindSizeProblem(release.PathOf(file, encoding), encoding.Size) is { } wrongForm)
                    return wrongForm;
            }
        }

        return null;
    }

    /// <summary>As <see cref="FindProblem"/>, and every file's bytes have its hash. Reads the whole release.</summary>
    public static string? FindProblemInContent(Release release)
    {
        if (FindProblem(release) is { } problem)
            return problem;
        if (ReleaseId.Of(release.Manifest.Files) != release.Id)
            return "the manifest's list of files is not the one that the id was made of";

        foreach (var file in release.Manifest.Files)
        {
            if (FindHashProblem(release.PathOf(file), file) is { } wrong)
                return wrong;
        }

        return null;
    }

    /// <summary>
    /// As <see cref="FindProblem"/>, and nothing is there that the manifest does not list, and what has another time than when it was
    /// published still has its bytes. Reads only that: what a hand, an editor or another program changed shows in its time.
    /// </summary>
    public static string? FindChange(Release release)
    {
        ArgumentNullException.ThrowIfNull(release);
        if (new DirectoryInfo(release.Directory).LinkTarget is not null)
            return $"'{release.Directory}' is a link";
        if (FindProblem(release) is { } problem)
            return problem;

        foreach (var file in release.Manifest.Files)
        {
            if (WasTouched(release.PathOf(file), file) && FindHashProblem(release.PathOf(file), file) is { } wrong)
                return wrong;
            foreach (var encoding in file.Encodings)
            {
                if (WasTouched(release.PathOf(file, encoding), file) && FindEncodingProblem(release, file, encoding) is { } wrongForm)
                    return wrongForm;
            }
        }

        return Directory.EnumerateFiles(release.DocumentRoot, "*", new EnumerationOptions { AttributesToSkip = 0, RecurseSubdirectories = true })
            .FirstOrDefault(path => !IsListed(release, path[(release.DocumentRoot.Length + 1)..])) is { } extra ? $"'{extra}' is not of this release" : null;
    }

    /// <summary>What is wrong with the bytes of one file of a release or with one of its encoded forms, or null. Reads all of them.</summary>
    public static string? FindProblemInBytes(Release release, ReleaseFile file)
    {
        ArgumentNullException.ThrowIfNull(release);
        ArgumentNullException.ThrowIfNull(file);
        return FindHashProblem(release.PathOf(file), file)
            ?? file.Encodings.Select(encoding => FindEncodingProblem(release, file, encoding)).FirstOrDefault(problem => problem is not null);
    }

    /// <summary>Whether a path is of a file of the release, or of an encoded form of one.</summary>
    private static bool IsListed(Release release, string path)
    {
        var (files, extension) = (release.Manifest.Files, Path.GetExtension(path));
        return files.Find(path) is not null
            || (extension.Length > 0 && files.Find(path[..^extension.Length]) is { } file && file.Encodings.Any(encoding => encoding.Extension == extension));
    }

    private static bool WasTouched(string path, ReleaseFile file) => File.GetLastWriteTimeUtc(path) != file.Modified.UtcDateTime;

    /// <summary>An encoded form has no hash of its own: what comes out of it has.</summary>
    private static string? FindEncodingProblem(Release release, ReleaseFile file, FileEncoding encoding)
    {
        var path = release.PathOf(file, encoding);
        return FindHashProblem(path, file, content => encoding.Name == FileEncoding.Brotli
            ? new BrotliStream(content, CompressionMode.Decompress)
            : new GZipStream(content, CompressionMode.Decompress));
    }

    private static string? FindHashProblem(string path, ReleaseFile file, Func<Stream, Stream>? decode = null)
    {
        try
        {
            using var stored = File.OpenRead(path);
            using var stream = decode?.Invoke(stored) ?? stored;
            return Convert.ToHexStringLower(SHA256.HashData(stream)) == file.Sha256 ? null : $"'{path}' is not what it was when it was published";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return $"'{path}' cannot be read: {e.Message}";
        }
    }

    private static string? FindSizeProblem(string path, long size)
    {
        var info = new FileInfo(path);
        if (!info.Exists)
            return $"'{path}' is missing";
        if (info.LinkTarget is not null)
            return $"'{path}' is a link";
        return info.Length == size ? null : $"'{path}' has {info.Length} bytes and should have {size}";
    }
}
