using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Samples.Hosting;
using Samples.SharedVolume;
using Samples.Sidecar.Http;
using Samples.Sidecar.Notify;
using Samples.Sidecar.Sources;
using Samples.Sidecar.Sync;

namespace Samples.Sidecar;

/// <summary>
/// What a person or a script asks of a sidecar, once. A verb that changes the volume asks the sidecar that runs,
/// and takes the volume's lock itself where none does.
/// </summary>
internal static class Verbs
{
    public const string Usage = "sidecar [once | status | rollback [ID] | unpin | healthcheck [ENDPOINT]] [--Sidecar:Source=… and other settings]";

    public static async Task<int> OnceAsync(IServiceProvider services) =>
        await AskRunningAsync(services, ControlEndpoints.Sync) ?? await WithWriterAsync(services, writer => SyncOnceAsync(services, writer));

    public static async Task<int> RollbackAsync(IServiceProvider services, string? id)
    {
        var query = id is null ? "" : $"?id={Uri.EscapeDataString(id)}";
        return await AskRunningAsync(services, ControlEndpoints.RollbackTo + query)
            ?? await WithWriterAsync(services, writer => Task.FromResult((Rollback.Describe(Rollback.To(writer, id)), true)));
    }

    public static async Task<int> UnpinAsync(IServiceProvider services) =>
        await AskRunningAsync(services, ControlEndpoints.Unpin) ?? await WithWriterAsync(services, writer =>
        {
            writer.Pin(null);
            return Task.FromResult((Rollback.Unpinned, true));
        });

    /// <summary>The running sidecar's status; where none runs, what the volume itself says.</summary>
    public static async Task<int> StatusAsync(IServiceProvider services)
    {
        using var client = ClientOf(services);
        try
        {
            Console.WriteLine(await client.GetStringAsync(new Uri("/status", UriKind.Relative)));
        }
        catch (HttpRequestException)
        {
            var volume = new Volume(services.GetRequiredService<IOptions<SharedVolumeOptions>>().Value.Path);
            // A volume has a status whether or not a source is set.
            var hasSource = SourceOptions.ReadAll(services.GetRequiredService<IConfiguration>()) is [{ Uri.Length: > 0 }, ..];
            var before = hasSource ? services.GetRequiredService<StatusBoard>().Current : SidecarStatus.OfNothing("", new SidecarOptions().Interval);
            var status = StatusBoard.Read(volume, before) with { State = SidecarState.Stopped };
            Console.WriteLine(JsonSerializer.Serialize(status, SidecarJson.Default.SidecarStatus));
        }

        return ExitCode.Ok;
    }

    /// <summary>The exit code by the answer of the sidecar that runs, or null where none does.</summary>
    private static async Task<int?> AskRunningAsync(IServiceProvider services, string path)
    {
        using var client = ClientOf(services);
        try
        {
            using var response = await client.PostAsync(new Uri(path, UriKind.Relative), null);
            return Tell((await response.Content.ReadAsStringAsync()).TrimEnd(), response.IsSuccessStatusCode);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static async Task<int> WithWriterAsync(IServiceProvider services, Func<VolumeWriter, Task<(string Text, bool IsSuccess)>> act)
    {
        var volume = new Volume(services.GetRequiredService<IOptions<SharedVolumeOptions>>().Value.Path);
        using var writer = VolumeWriter.TryOpen(volume, services.GetRequiredService<TimeProvider>())
            ?? throw new IOException($"Another process holds the lock of '{volume.Root}' but does not answer at {ManagementOf(services)}; is Sidecar__ManagementUrl its address?");
        try
        {
            var (text, isSuccess) = await act(writer);
            return Tell(text, isSuccess);
        }
        catch (RollbackException e)
        {
            return Tell(e.Message, isSuccess: false);
        }
    }

    /// <summary>As the loop does it once. A signal ends it with nothing half done on the volume, as it was asked to.</summary>
    private static async Task<(string Text, bool IsSuccess)> SyncOnceAsync(IServiceProvider services, VolumeWriter writer)
    {
        using var stopping = new CancellationTokenSource();
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
        try
        {
            var record = await services.GetRequiredService<Synchronizer>().SyncAsync(writer, stopping.Token);
            services.GetRequiredService<SyncFiles>().Write(writer, record, record.IsSuccess ? 0 : 1);
            // Untold, it is told by the sidecar that comes after this one.
            await services.GetRequiredService<Notifier>().TellAsync(writer, stopping.Token);
            return (record.Describe(), record.IsSuccess);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return ("Stopped; nothing half done is left on the volume.", true);
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stopping.Cancel();
        }
    }

    private static int Tell(string text, bool isSuccess)
    {
        (isSuccess ? Console.Out : Console.Error).WriteLine(text);
        return isSuccess ? ExitCode.Ok : ExitCode.Failed;
    }

    private static Uri ManagementOf(IServiceProvider services) =>
        HealthCheckVerb.LoopbackOf(services.GetRequiredService<IConfiguration>()["Sidecar:ManagementUrl"] ?? new SidecarOptions().ManagementUrl);

    private static HttpClient ClientOf(IServiceProvider services) =>
        new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = ManagementOf(services), Timeout = Timeout.InfiniteTimeSpan };
}
