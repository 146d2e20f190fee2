namespace Samples.SharedVolume;

/// <summary>
/// The last steps before a staged release gets its name: encoded forms, verification, the manifest,
/// permissions, and everything on disk for good.
/// </summary>
internal static class ReleaseSealer
{
    public const UnixFileMode DirectoryMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <returns>The manifest as it was written.</returns>
    public static ReleaseManifest Seal(StagedRelease staged, ReleaseManifest draft, Volume volume, CancellationToken cancellation)
    {
        try
        {
            Encode(staged, cancellation);
            var manifest = draft with { Files = staged.ListFiles() };
            var release = new Release(staged.Directory, manifest);
            // What is shared was looked at before it was.
            if (ReleaseVerifier.FindProblemAmong(staged.Written.Select(staged.FileAt), release) is { } problem)
                throw new IOException($"The staged release is not what was written to it: {problem}. Nothing was published.");

            WriteManifest(release);
            Sync(staged, cancellation);
            return manifest;
        }
        catch (AggregateException e) when (e.InnerException is not null)
        {
            throw Translate(e.InnerException);
        }
        catch (IOException e) when (IsFull(e))
        {
            throw Translate(e);
        }

        Exception Translate(Exception e) => e is IOException io && IsFull(io)
            ? volume.OutOfSpace("the encoded forms and the manifest", null, io)
            : e;
    }

    private static bool IsFull(IOException e) => e.HResult is Posix.NoSpaceLeft or Posix.QuotaExceeded;

    /// <summary>Encodes what was written; what is shared with the previous release has its encoded forms already.</summary>
    private static void Encode(StagedRelease staged, CancellationToken cancellation)
    {
        var candidates = staged.Written.Where(index => ContentEncoder.IsWorthwhile(staged.FileAt(index))).ToArray();
        var encoder = new ContentEncoder(candidates.Sum(index => staged.FileAt(index).Size));
        var encoded = new IReadOnlyList<FileEncoding>[candidates.Length];
        Parallel.For(0, candidates.Length, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            var file = staged.FileAt(candidates[i]);
            encoded[i] = encoder.Encode(staged.PathOf(file.Path), file, staged.IsFree, cancellation);
        });

        for (var i = 0; i < candidates.Length; i++)
            staged.SetEncodings(candidates[i], encoded[i]);
    }

    private static void WriteManifest(Release release)
    {
        using var stream = new FileStream(Path.Combine(release.Directory, Release.ManifestName), FileMode.CreateNew, FileAccess.Write);
        ManifestWriter.Write(stream, release.Manifest);
        stream.Flush(flushToDisk: true);
        File.SetUnixFileMode(stream.SafeFileHandle, StagedRelease.FileMode);
    }

    /// <summary>Files before the folders that name them, and each folder before the one above it.</summary>
    private static void Sync(StagedRelease staged, CancellationToken cancellation)
    {
        var written = staged.Written.Select(staged.FileAt).SelectMany(f => (string[])[f.Path, .. f.Encodings.Select(e => f.Path + e.Extension)]);
        Parallel.ForEach(written, new ParallelOptions { CancellationToken = cancellation }, path =>
        {
            using var handle = File.OpenHandle(staged.PathOf(path), access: FileAccess.ReadWrite);
            RandomAccess.FlushToDisk(handle);
        });

        foreach (var folder in staged.Folders.Append(staged.Directory))
        {
            File.SetUnixFileMode(folder, DirectoryMode);
            Posix.SyncDirectory(folder);
        }
    }
}
