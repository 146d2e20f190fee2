using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Samples.Hosting;
using Samples.SharedVolume;
using Samples.Sidecar.Notify;

namespace Samples.Sidecar.Sync;

/// <summary>
/// The assistant's day: take the volume's lock, then sync, wait, sync. Everything that changes the volume runs
/// in this loop, one thing at a time; others hand it in through <see cref="RequestAsync"/>.
/// </summary>
public sealed partial class SyncLoop(
    Synchronizer synchronizer, StatusBoard board, Freshness freshness, SyncFiles files, Notifier notifier, IOptions<SidecarOptions> options, IOptions<SharedVolumeOptions> volumeOptions,
    IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<SyncLoop> logger) : BackgroundService
{
    /// <summary>How long after it should have moved on the loop is taken for dead.</summary>
    private static readonly TimeSpan _slack = TimeSpan.FromSeconds(30);

    private readonly SidecarOptions _options = options.Value;
    private readonly Volume _volume = new(volumeOptions.Value.Path);
    private readonly Backoff _untilFirstSuccess = new(options.Value.InitialInterval ?? options.Value.Interval, options.Value.MaxBackoff);
    private readonly Backoff _backoff = new(options.Value.Interval, options.Value.MaxBackoff);
    private readonly Channel<LoopRequest> _requests = Channel.CreateUnbounded<LoopRequest>(new UnboundedChannelOptions { SingleReader = true });
    private long _movedOnAt = clock.GetTimestamp();
    private TimeSpan _due;
    private volatile CancellationTokenSource? _underWay;
    private volatile bool _isStandby;
    private volatile bool _isWriter;

    /// <summary>What ended the loop though nobody asked it to stop, or null.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>Whether the volume is usable: this loop holds its lock, or stands by for it.</summary>
    public bool HasVolume => _isWriter || _isStandby;

    /// <summary>Whether the loop is where it should be in time: the only thing that a restart could mend.</summary>
    public bool IsAlive => _isStandby || clock.GetElapsedTime(Volatile.Read(ref _movedOnAt)) < _due + _slack;

    /// <summary>Whether this sidecar is the one that writes.</summary>
    public bool IsWriter => _isWriter;

    /// <summary>
    /// Has the loop do something with the volume, before anything else: a sync under way makes way for it and is begun again.
    /// With nothing to do, the loop syncs as soon as the sync under way has ended.
    /// </summary>
    /// <exception cref="InvalidOperationException">This sidecar is a standby and may not write.</exception>
    /// <exception cref="OperationCanceledException">This sidecar stops.</exception>
    public async Task<SyncRecord> RequestAsync(Action<VolumeWriter>? change)
    {
        if (_isStandby)
            throw new InvalidOperationException("This sidecar is a standby: another one holds the volume's lock.");

        var request = new LoopRequest(change);
        _requests.Writer.TryWrite(request);
        if (change is not null)
            _underWay?.Cancel();
        return await request.Done.Task.WaitAsync(lifetime.ApplicationStopping);
    }

    /// <summary>Has the loop sync once more, as soon as the sync under way has ended; nudges in between are one. False on a standby.</summary>
    public bool TryNudge() => !_isStandby && _requests.Writer.TryWrite(new LoopRequest(null));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The host stops its web server first, and hosted services only once that has seen off its last client.
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        Log.Starting(logger, board.Current.Source, _options.Interval, _options.Timeout, _options.Keep, _options.Grace, _options.MaxRetainedBytes,
            _options.Limits.MaxBytes, _options.Limits.MaxFiles, _options.Limits.MaxFileBytes, _volume.Root, _options.ManagementUrl);
        try
        {
            using var writer = await VolumeWriter.OpenAsync(_volume, clock, BecomeStandby, stopping.Token);
            if (_isStandby)
                Log.TookOver(logger, _volume.Root);
            (_isWriter, _isStandby) = (true, false);
            await RunAsync(writer, stopping.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            Log.Stopped(logger);
        }
        catch (Exception e)
        {
            Fault = !_isWriter || Directory.Exists(_volume.Root) ? e : new DirectoryNotFoundException(
                $"The shared volume '{_volume.Root}' does not exist any more, and its lock went with it. Mount it again and restart.", e);
            lifetime.StopApplication();
        }
    }

    private async Task RunAsync(VolumeWriter writer, CancellationToken stopping)
    {
        freshness.Recall(_volume.ReadSyncedAt());
        board.Started(_volume);
        notifier.Wake(writer);
        MovedOn(_options.InitialDelay);
        await WaitAsync(_options.InitialDelay, stopping);
        var requests = new List<LoopRequest>();
        for (var (failures, outages, backoff) = (0, 0, _untilFirstSuccess); ;)
        {
            MovedOn(_options.Timeout);
            writer.EnsureLocked();
            if (await SyncAsync(writer, requests, stopping) is not { } record)
                continue;

            failures = record.IsSuccess ? 0 : failures + 1;
            // A source that answers, though with content that is refused, has not failed: no restart would mend that.
            outages = record.Result == SyncResult.Failed ? outages + 1 : 0;
            backoff = record.IsSuccess ? _backoff : backoff;
            files.Write(writer, record, failures);
            var wait = backoff.Next(failures, record.RetryAfter, Random.Shared.NextDouble());
            if (!record.IsSuccess)
                Log.Failed(logger, record.Result, failures, wait.TotalSeconds, record.Error);

            MovedOn(wait);
            // The wait begins before anybody is told of it: who then moves the clock on can count on the next sync.
            var due = clock.GetUtcNow() + wait;
            var waiting = WaitAsync(wait, stopping);
            board.Synced(writer, record, failures, due);
            notifier.Wake(writer);
            requests.ForEach(request => request.Done.TrySetResult(record));
            requests.Clear();
            if (_options.MaxFailures > 0 && outages >= _options.MaxFailures)
                throw new IOException($"{outages} syncs in a row failed, which is what Sidecar__MaxFailures allows; the last one: {record.Error}");
            await waiting;
        }
    }

    /// <summary>One sync, and before it what was asked for; null where it made way for something else that was.</summary>
    private async Task<SyncRecord?> SyncAsync(VolumeWriter writer, List<LoopRequest> requests, CancellationToken stopping)
    {
        // Not disposed: who asks may be about to cancel it, and it holds neither a timer nor a registration.
        var makeWay = new CancellationTokenSource();
        _underWay = makeWay;
        while (_requests.Reader.TryRead(out var request))
        {
            Change(writer, request);
            requests.Add(request);
        }

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping, makeWay.Token);
        try
        {
            return await synchronizer.SyncAsync(writer, ended.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>A change that fails is its asker's trouble, not the loop's.</summary>
    private static void Change(VolumeWriter writer, LoopRequest request)
    {
        try
        {
            request.Change?.Invoke(writer);
        }
        catch (Exception e) when (e is RollbackException or IOException or UnauthorizedAccessException)
        {
            request.Done.TrySetException(e);
        }
    }

    /// <summary>Waits for the time or a request. Whatever was asked for before a sync began is answered by it.</summary>
    private async Task WaitAsync(TimeSpan wait, CancellationToken stopping)
    {
        using var woken = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        await Task.WhenAny(Task.Delay(wait, clock, woken.Token), _requests.Reader.WaitToReadAsync(woken.Token).AsTask());
        await woken.CancelAsync();
        stopping.ThrowIfCancellationRequested();
    }

    private void BecomeStandby()
    {
        _isStandby = true;
        board.Standby(_volume);
        Log.Standby(logger, _volume.Root);
    }

    private void MovedOn(TimeSpan due)
    {
        _due = due;
        Volatile.Write(ref _movedOnAt, clock.GetTimestamp());
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Syncing {Source} to {Volume}: interval {Interval}, timeout {Timeout}, keep {Keep}, grace {Grace}, max retained bytes {MaxRetainedBytes}, limits {MaxBytes}, {MaxFiles} files, {MaxFileBytes} a file; management on {ManagementUrl}")]
        public static partial void Starting(ILogger logger, string source, TimeSpan interval, TimeSpan timeout, int keep, TimeSpan grace, ByteSize? maxRetainedBytes, ByteSize maxBytes, int maxFiles, ByteSize maxFileBytes, string volume, string managementUrl);

        [LoggerMessage(LogLevel.Information, "Standing by: another process holds the lock of {Volume}")]
        public static partial void Standby(ILogger logger, string volume);

        [LoggerMessage(LogLevel.Information, "Took over {Volume}: its lock became free")]
        public static partial void TookOver(ILogger logger, string volume);

        [LoggerMessage(LogLevel.Warning, "Sync {Result}, {Failures} in a row, next in {WaitSeconds:F1} s; what is served stays as it is: {Error}")]
        public static partial void Failed(ILogger logger, SyncResult result, int failures, double waitSeconds, string? error);

        [LoggerMessage(LogLevel.Information, "Stopped; nothing half done is left on the volume")]
        public static partial void Stopped(ILogger logger);
    }
}
