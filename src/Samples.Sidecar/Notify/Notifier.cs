using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Samples.SharedVolume;
using Samples.Sidecar.Http;
using Samples.Sidecar.Sources;
using Samples.Sidecar.Sync;

namespace Samples.Sidecar.Notify;

/// <summary>
/// Tells <c>Sidecar__NotifyUrl</c> which release is current, beside the loop and at least once for each that stays current long
/// enough. The volume remembers which was told last, so neither a crash nor a receiver that is down swallows one; of several that
/// wait only the latest is told.
/// </summary>
public sealed partial class Notifier(
    IOptions<SidecarOptions> options, SyncMetrics metrics, TimeProvider clock, ILogger<Notifier> logger) : BackgroundService
{
    private static readonly TimeSpan _attempt = TimeSpan.FromSeconds(10);

    private readonly Uri? _url = options.Value.NotifyUrl is { Length: > 0 } url ? new Uri(url) : null;
    private readonly Lazy<HttpClient> _http = new(() => CreateClient(options.Value));
    private readonly Backoff _backoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
    private readonly SemaphoreSlim _woken = new(0);
    private volatile VolumeWriter? _writer;
    private string? _wokenFor;

    /// <summary>Has it tell of what is current, where that has changed. Called by the loop alone.</summary>
    public void Wake(VolumeWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (_url is null || writer.Volume.ReadCurrentId() is not { } current || current == _wokenFor)
            return;
        (_writer, _wokenFor) = (writer, current);
        _woken.Release();
    }

    /// <summary>Tells of the current release, where that is due; false where it failed.</summary>
    public async Task<bool> TellAsync(VolumeWriter writer, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (_url is null)
            return true;

        try
        {
            if (Notification.Pending(writer.Volume) is not { } notification)
                return true;
            await SendAsync(_url, notification, cancellation);
            metrics.Notified(isDelivered: true);
            Log.Told(logger, _url.Host, notification.Release);
            writer.MarkNotified(notification.Release);
            return true;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or UnauthorizedAccessException or SourceUnavailableException or FormatException
            || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            metrics.Notified(isDelivered: false);
            Log.NotTold(logger, _url.Host, e is OperationCanceledException ? $"no answer within {_attempt}" : e.Message);
            return false;
        }
    }

    public override void Dispose()
    {
        _woken.Dispose();
        if (_http.IsValueCreated)
            _http.Value.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            for (var failures = 0; ;)
            {
                var isWoken = await WaitAsync(failures, stoppingToken);
                if (_writer is { } writer)
                    failures = await TellAsync(writer, stoppingToken) ? 0 : isWoken ? 1 : failures + 1;
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is not told yet is when the next process starts.
        }
    }

    /// <summary>Until it is time to try again, or somebody wakes it: then true.</summary>
    private async Task<bool> WaitAsync(int failures, CancellationToken stopping)
    {
        using var woken = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var waking = _woken.WaitAsync(woken.Token);
        if (failures > 0)
        {
            var next = Task.Delay(_backoff.Next(failures, null, Random.Shared.NextDouble()), clock, woken.Token);
            if (await Task.WhenAny(waking, next) == next)
                await woken.CancelAsync();
        }

        try
        {
            await waking;
            return true;
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task SendAsync(Uri url, Notification notification, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(_attempt, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        using var request = new HttpRequestMessage(HttpMethod.Post, url);
        request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(notification, SidecarJson.Default.Notification));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await _http.Value.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        if (!response.IsSuccessStatusCode)
            throw new HttpRequestException($"it answered {(int)response.StatusCode} {response.ReasonPhrase}.");
    }

    /// <summary>Checked as a source's: an address of the metadata service is none to post to. The receiver may well be in the same pod.</summary>
    private static HttpClient CreateClient(SidecarOptions options) =>
        GuardedHttp.Create(new Uri(options.NotifyUrl), new SourceOptions { TokenPath = options.NotifyTokenPath, CaPath = options.CaPath });

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Told {Host} of release {Release}")]
        public static partial void Told(ILogger logger, string host, string release);

        [LoggerMessage(LogLevel.Warning, "Could not tell {Host} of a release, which is tried again: {Problem}")]
        public static partial void NotTold(ILogger logger, string host, string problem);
    }
}
