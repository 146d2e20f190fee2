using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Samples.Hosting;
using Samples.SharedVolume;

namespace Samples.Init;

/// <summary>
/// The job: paints the first release and leaves. It only creates. Init containers run again whenever the pod's
/// sandbox restarts, so where <c>current</c> leads to a sound release there is nothing to do; where it leads
/// nowhere, or to something damaged, the crew paints again.
/// </summary>
public sealed partial class SetupCrew(
    IOptions<InitOptions> options, IOptions<SharedVolumeOptions> volumeOptions, IConfiguration configuration, TimeProvider clock, ILogger<SetupCrew> logger)
{
    /// <summary>How long a sidecar that holds the volume's lock may take to finish what it does.</summary>
    private static readonly TimeSpan _lockTimeout = TimeSpan.FromSeconds(30);

    private readonly Volume _volume = new(volumeOptions.Value.Path);

    /// <summary>Makes sure that the volume has a sound current release.</summary>
    /// <exception cref="IOException">The volume is missing, full or not writable, or stays locked.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        if (IsPainted())
            return;

        using var timeout = new CancellationTokenSource(_lockTimeout, clock);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        try
        {
            using var writer = await VolumeWriter.OpenAsync(_volume, clock, () => Log.Waiting(logger, _volume.Root), patience.Token);
            if (!IsPainted())
                Paint(writer, cancellation);
        }
        catch (Exception e) when (e is ContentRejectedException or DirectoryNotFoundException && options.Value.ContentPath is { Length: > 0 })
        {
            throw new IOException($"Init__ContentPath, '{options.Value.ContentPath}', cannot be the first release. {e.Message}", e);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new IOException($"Another process has held the lock of the shared volume '{_volume.Root}' for {_lockTimeout.TotalSeconds} s, and no sound release is there. Look at the log of the sidecar that holds it.");
        }
    }

    private bool IsPainted()
    {
        if (_volume.ReadCurrentId() is not { } id)
            return false;

        var problem = _volume.TryOpen(id) is { } release ? ReleaseVerifier.FindProblemInContent(release) : "it is not there, or its manifest cannot be read";
        if (problem is null)
            Log.AlreadyPainted(logger, id, _volume.Root);
        else
            Log.Damaged(logger, id, problem);
        return problem is null;
    }

    private void Paint(VolumeWriter writer, CancellationToken cancellation)
    {
        using var staged = writer.Stage(ContentLimits.Default, share: false);
        var source = options.Value.ContentPath is { Length: > 0 } folder ? Copy(folder, staged, cancellation) : PaintWelcome(staged, cancellation);
        var release = writer.Publish(staged, source, cancellation).Release;
        Log.Painted(logger, release.Id, release.Manifest.Files.Count, release.Manifest.TotalSize(), _volume.Root);
    }

    private ReleaseSource PaintWelcome(StagedRelease staged, CancellationToken cancellation)
    {
        var podName = configuration["POD_NAME"] ?? Environment.MachineName;
        using var page = new MemoryStream(WelcomePage.Render(options.Value, podName, clock.GetUtcNow()));
        staged.Add("index.html", page, clock.GetUtcNow(), page.Length, cancellation);
        return new ReleaseSource(ReleaseSource.InitKind, "template:welcome", null);
    }

    private static ReleaseSource Copy(string folder, StagedRelease staged, CancellationToken cancellation)
    {
        foreach (var file in ContentFolder.Scan(folder))
        {
            using var content = File.OpenRead(file.FullPath);
            staged.Add(file.Path, content, file.Modified, file.Size, cancellation);
        }

        return new ReleaseSource(ReleaseSource.InitKind, new Uri(Path.GetFullPath(folder)).AbsoluteUri, null);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Painted release {Release} ({Files} files, {Bytes} bytes) in {Volume}; the setup crew leaves")]
        public static partial void Painted(ILogger logger, string release, int files, long bytes, string volume);

        [LoggerMessage(LogLevel.Information, "Release {Release} is current and sound in {Volume}; nothing to paint")]
        public static partial void AlreadyPainted(ILogger logger, string release, string volume);

        [LoggerMessage(LogLevel.Warning, "Current release {Release} is damaged, painting anew: {Problem}")]
        public static partial void Damaged(ILogger logger, string release, string problem);

        [LoggerMessage(LogLevel.Information, "Waiting for the lock of {Volume}: another process is writing to it")]
        public static partial void Waiting(ILogger logger, string volume);
    }
}
