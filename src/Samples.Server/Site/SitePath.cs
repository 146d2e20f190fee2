using Samples.SharedVolume;

namespace Samples.Server;

/// <summary>The rules for paths in a manifest, which is read as if a stranger had written it.</summary>
internal static class SitePath
{
    private const string WellKnown = ".well-known"; // RFC 8615

    /// <summary>Whether every part of the path is a name: then it leads nowhere but below <c>www/</c>.</summary>
    public static bool IsSound(string path) =>
        path.Length > 0 && !path.Contains('\0', StringComparison.Ordinal) && path.Split('/').All(part => part is not ("" or "." or ".."));

    /// <summary>Dot-files and what is in dot-folders are not served, but for <c>/.well-known/</c>; nor are the release's own rules.</summary>
    public static bool IsServed(string path)
    {
        var parts = path.Split('/');
        var first = parts.Length > 1 && parts[0] == WellKnown ? 1 : 0;
        return !RuleFile.Is(path) && parts.Skip(first).All(part => !part.StartsWith('.'));
    }

    /// <summary>Refuses whatever is not a file of the release itself: a link may lead out of it.</summary>
    /// <param name="path">Absolute.</param>
    /// <param name="length">In bytes, as the manifest has it.</param>
    /// <exception cref="InvalidDataException">It is a link, a device, missing, or of another length.</exception>
    public static void RequireFile(string path, long length)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Attributes.HasFlag(FileAttributes.ReparsePoint))
            throw new InvalidDataException($"'{path}' is not a file, though {Release.ManifestName} lists it.");
        if (file.Length != length)
            throw new InvalidDataException($"'{path}' has {file.Length} bytes; {Release.ManifestName} says {length}.");
    }

    /// <inheritdoc cref="RequireFile"/>
    public static void RequireDirectory(string path)
    {
        var directory = new DirectoryInfo(path);
        if (!directory.Exists || directory.Attributes.HasFlag(FileAttributes.ReparsePoint))
            throw new InvalidDataException($"'{path}' is not a directory of its own.");
    }
}
