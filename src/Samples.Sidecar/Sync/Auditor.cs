using Microsoft.Extensions.Options;
using Samples.Hosting;
using Samples.SharedVolume;

namespace Samples.Sidecar.Sync;

/// <summary>
/// Reads the whole current release every <c>Sidecar__VerifyInterval</c> and holds each byte against its hash: what a disk or a
/// hand changed without a trace in size or time. It reads beside the loop, a little at a time, and leaves the mending to it.
/// </summary>
public sealed partial class Auditor(
    SyncLoop loop, Healer healer, IOptions<SidecarOptions> options, IOptions<SharedVolumeOptions> volumeOptions, TimeProvider clock, ILogger<Auditor> logger)
    : BackgroundService
{
    /// <summary>Read without a rest: 8 MiB a second cost a disk and a processor next to nothing.</summary>
    private const long Portion = 8 << 20;

    private static readonly TimeSpan _rest = TimeSpan.FromSeconds(1);

    private readonly Volume _volume = new(volumeOptions.Value.Path);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.VerifyInterval == TimeSpan.Zero)
            return;

        using var timer = new PeriodicTimer(options.Value.VerifyInterval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                // A standby may not mend what it would find.
                if (loop.IsWriter)
                    await ReadAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The sidecar stops.
        }
    }

    private async Task ReadAsync(CancellationToken stopping)
    {
        try
        {
            // One that cannot even be opened is seen by every sync.
            if (_volume.ReadCurrent() is not { } release)
                return;
            if (await FindProblemAsync(release, stopping) is { } problem && _volume.ReadCurrentId() == release.Id)
            {
                healer.Report(release.Id, problem);
                loop.TryNudge();
            }
            else
            {
                Log.Sound(logger, release.Id);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NotRead(logger, e.Message);
        }
    }

    private async Task<string?> FindProblemAsync(Release release, CancellationToken stopping)
    {
        var read = 0L;
        foreach (var file in release.Manifest.Files)
        {
            stopping.ThrowIfCancellationRequested();
            if (ReleaseVerifier.FindProblemInBytes(release, file) is { } problem)
                return problem;
            for (read += file.Size + file.Encodings.Sum(e => e.Size); read >= Portion; read -= Portion)
                await Task.Delay(_rest, clock, stopping);
        }

        return null;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "Read release {Release}: every byte is as it was published")]
        public static partial void Sound(ILogger logger, string release);

        [LoggerMessage(LogLevel.Warning, "Could not read the current release to verify it: {Problem}")]
        public static partial void NotRead(ILogger logger, string problem);
    }
}
