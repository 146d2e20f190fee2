using System.Text.Json;
using Microsoft.Extensions.Options;
using Samples.Hosting;
using Samples.SharedVolume;
using Samples.Sidecar.Http;

namespace Samples.Sidecar.Sync;

/// <summary>
/// The files by which a sync tells other programs how it went: the error-file, which is there while syncs fail, and the touch-file,
/// whose time is that of the last publication. One that cannot be written costs a warning, not the sync.
/// </summary>
public sealed partial class SyncFiles(
    IOptions<SidecarOptions> options, IOptions<SharedVolumeOptions> volumeOptions, TimeProvider clock, ILogger<SyncFiles> logger)
{
    private readonly string? _errorFile = Locate(options.Value.ErrorFile, volumeOptions.Value.Path);
    private readonly string? _touchFile = Locate(options.Value.TouchFile, volumeOptions.Value.Path);
    private string? _told;

    /// <param name="writer">Of the volume, which remembers the time of a success.</param>
    /// <param name="record">How the sync went.</param>
    /// <param name="failures">In a row, with this one.</param>
    public void Write(VolumeWriter writer, SyncRecord record, int failures)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(record);
        // Each for itself: none goes without because another has failed.
        string?[] problems = [Try(() => WriteErrorFile(record, failures)), Try(() => WriteTouchFile(record)), Try(() => WriteTime(writer, record))];
        var problem = problems.FirstOrDefault(found => found is not null);
        if (problem is not null && problem != _told)
            Log.NotWritten(logger, problem);
        _told = problem;
    }

    private void WriteErrorFile(SyncRecord record, int failures)
    {
        if (_errorFile is not null && record.IsSuccess)
            Remove(_errorFile);
        else if (_errorFile is not null)
            WriteError(_errorFile, new SyncError(record.At, record.Error ?? "", failures));
    }

    private void WriteTouchFile(SyncRecord record)
    {
        if (_touchFile is not null && record.Result == SyncResult.Published)
            Touch(_touchFile);
    }

    private static void WriteTime(VolumeWriter writer, SyncRecord record)
    {
        if (record.IsSuccess)
            writer.MarkSynced();
    }

    /// <summary>What went wrong, or null.</summary>
    private static string? Try(Action write)
    {
        try
        {
            write();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    /// <summary>A relative path is one in the volume, as git-sync has it.</summary>
    private static string? Locate(string path, string volume) => path.Length == 0 ? null : Path.GetFullPath(path, Path.GetFullPath(volume));

    private static void Remove(string path)
    {
        // Deleting costs a look at the folder, and an error where that is missing.
        if (File.Exists(path))
            File.Delete(path);
    }

    /// <summary>By a rename, so that nobody reads half of it.</summary>
    private static void WriteError(string path, SyncError error)
    {
        var draft = path + ".new";
        File.WriteAllBytes(draft, JsonSerializer.SerializeToUtf8Bytes(error, SidecarJson.Default.SyncError));
        File.Move(draft, path, overwrite: true);
    }

    private void Touch(string path)
    {
        if (!File.Exists(path))
            File.Create(path).Dispose();
        File.SetLastWriteTimeUtc(path, clock.GetUtcNow().UtcDateTime);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Could not write the error-file, the touch-file or the time of the sync: {Problem}")]
        public static partial void NotWritten(ILogger logger, string problem);
    }
}
