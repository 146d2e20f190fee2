using System.Collections.Concurrent;
using System.Text.Json;

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
            var manifest = draft with { Files = Encode(staged, draft.Files, cancellation) };
            var release = new Release(staged.Directory, manifest);
            // What is shared was looked at before it was.
            if (ReleaseVerifier.FindProblemAmong(manifest.Files.Where(f => staged.Written.Contains(f.Path)), release) is { } problem)
                throw new IOException($"The staged release is not what was written to it: {problem}. Nothing was published.");

            WriteManifest(release);
            Sync(staged, manifest, cancellation);
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
    private static ReleaseFile[] Encode(StagedRelease staged, IReadOnlyList<ReleaseFile> files, CancellationToken cancellation)
    {
        var candidates = files.Where(f => staged.Written.Contains(f.Path) && ContentEncoder.IsWorthwhile(f)).ToArray();
        var encoder = new ContentEncoder(candidates);
        var encoded = new ConcurrentDictionary<string, ReleaseFile>(StringComparer.Ordinal);
        Parallel.ForEach(candidates, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, file =>
            encoded[file.Path] = file with { Encodings = encoder.Encode(staged.PathOf(file.Path), file, staged.IsFree, cancellation) });

        return [.. files.Select(f => encoded.GetValueOrDefault(f.Path, f))];
    }

    private static void WriteManifest(Release release)
    {
        using var stream = new FileStream(Path.Combine(release.Directory, Release.ManifestName), FileMode.CreateNew, FileAccess.Write);
        JsonSerializer.Serialize(stream, release.Manifest, ManifestJson.Default.ReleaseManifest);
        stream.Flush(flushToDisk: true);
        File.SetUnixFileMode(stream.SafeFileHandle, StagedRelease.FileMode);
    }

    /// <summary>Files before the folders that name them, and each folder before the one above it.</summary>
    private static void Sync(StagedRelease staged, ReleaseManifest manifest, CancellationToken cancellation)
    {
        var written = manifest.Files
            .Where(f => staged.Written.Contains(f.Path))
            .SelectMany(f => (string[])[f.Path, .. f.Encodings.Select(e => f.Path + e.Extension)]);
        Parallel.ForEach(written, new ParallelOptions { CancellationToken = cancellation }, path =>
        {
            using var handle = File.OpenHandle(staged.PathOf(path), access: FileAccess.ReadWrite);
            RandomAccess.FlushToDisk(handle);
        });

        string[] folders = [staged.Directory, .. Directory.EnumerateDirectories(staged.Directory, "*", SearchOption.AllDirectories)];
        foreach (var folder in folders.OrderByDescending(f => f.Length))
        {
            File.SetUnixFileMode(folder, DirectoryMode);
            Posix.SyncDirectory(folder);
        }
    }
}
