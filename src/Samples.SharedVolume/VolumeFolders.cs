namespace Samples.SharedVolume;

/// <summary>The folders that the writer works in, and what must not be in them.</summary>
internal sealed class VolumeFolders(Volume volume)
{
    /// <summary>Work in progress under a name that nothing else has.</summary>
    public string NewStagingPath() => Path.Combine(volume.StagingDirectory, Path.GetRandomFileName());

    /// <summary>Makes those that are missing, and returns them.</summary>
    /// <remarks>One level at a time: a volume that has vanished must not come back as an empty folder.</remarks>
    public IReadOnlyList<string> Make()
    {
        var made = new List<string>();
        // Neither a file by that name nor what a link leads to is the writer's staging.
        if (File.Exists(volume.StagingDirectory) || new FileInfo(volume.StagingDirectory).LinkTarget is not null)
            File.Delete(volume.StagingDirectory);
        if (Posix.TryMakeDirectory(volume.StagingDirectory))
            made.Add(volume.StagingDirectory);
        if (Directory.Exists(volume.ReleasesDirectory))
            return made;

        // Readers of any user pass through it, whatever the umask; it never has its name without its mode.
        File.Delete(volume.ReleasesDirectory);
        var draft = NewStagingPath();
        Posix.TryMakeDirectory(draft);
        File.SetUnixFileMode(draft, File.GetUnixFileMode(draft) | ReleaseSealer.DirectoryMode);
        Posix.Rename(draft, volume.ReleasesDirectory);
        return [.. made, volume.ReleasesDirectory];
    }

    /// <summary>What a killed writer or a visitor left: all of <c>.staging/</c>, and what is no release below <c>releases/</c>.</summary>
    public IReadOnlyList<string> FindLeftovers()
    {
        var complete = volume.ListReleases().Select(r => r.Id).Append(volume.ReadCurrentId()).ToHashSet();
        return [
            .. Directory.EnumerateFileSystemEntries(volume.StagingDirectory),
            .. Directory.EnumerateFileSystemEntries(volume.ReleasesDirectory).Where(entry => !complete.Contains(Path.GetFileName(entry))),
        ];
    }

    public bool TryRemove(string path)
    {
        try
        {
            Remove(path);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>A release that a reader could open by name is first renamed away, so that none is ever seen half removed.</summary>
    public void Remove(string path)
    {
        var doomed = path;
        if (Path.GetDirectoryName(path) != volume.StagingDirectory)
            Posix.Rename(path, doomed = NewStagingPath());
        if (Directory.Exists(doomed) && new DirectoryInfo(doomed).LinkTarget is null)
            Directory.Delete(doomed, recursive: true);
        else
            File.Delete(doomed);
    }

    /// <summary>Sets when a release was last current.</summary>
    public void Stamp(string id, DateTimeOffset at)
    {
        try
        {
            Directory.SetLastWriteTimeUtc(volume.DirectoryOf(id), at.UtcDateTime);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or FileNotFoundException or DirectoryNotFoundException)
        {
            // Another user's release has no other time than its own, and cannot be removed by this one either.
        }
    }
}
