using System.Security.Cryptography;

namespace Samples.SharedVolume;

/// <summary>Holds a release on disk against its manifest.</summary>
public static class ReleaseVerifier
{
    /// <summary>The first thing that is wrong, naming the file, or null where the release is sound: every file there, with its size.</summary>
    public static string? FindProblem(Release release)
    {
        foreach (var file in release.Manifest.Files)
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

    private static string? FindHashProblem(string path, ReleaseFile file)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return Convert.ToHexStringLower(SHA256.HashData(stream)) == file.Sha256 ? null : $"'{path}' is not what it was when it was published";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
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
