using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Samples.SharedVolume;
using Samples.Sidecar.Sync;

namespace Samples.Sidecar.Tests.Rig;

/// <summary>
/// The whole sidecar in this process, on a port and, unless a test brings one, a volume of its own. Its interval is so
/// long that after the first sync it moves only when it is nudged.
/// </summary>
internal sealed class RunningSidecar : IAsyncDisposable
{
    private readonly TemporaryFolder? _ownVolume;
    private readonly LogCollector _log = new();

    private RunningSidecar(string source, string? volume, TimeProvider? clock, string[] settings)
    {
        _ownVolume = volume is null ? new TemporaryFolder() : null;
        Volume = new Volume(volume ?? _ownVolume!.Path);
        App = SidecarApp.Build(
            [
                $"--Sidecar:Source={source}", $"--SharedVolume:Path={Volume.Root}", "--Sidecar:ManagementUrl=http://127.0.0.1:0",
                "--Sidecar:Interval=01:00:00", "--Sidecar:MaxBackoff=01:00:00", "--Logging:Serilog:LogLevel:Default=None", .. settings,
            ],
            clock);
        App.Services.GetRequiredService<ILoggerFactory>().AddProvider(_log);
        Counters = new CounterCollector(App.Services.GetRequiredService<IMeterFactory>());
        Board = App.Services.GetRequiredService<StatusBoard>();
    }

    public WebApplication App { get; }

    public Volume Volume { get; }

    public StatusBoard Board { get; }

    public CounterCollector Counters { get; }

    public IReadOnlyCollection<string> Log => _log.Lines;

    public HttpClient Http { get; } = new();

    /// <summary>The latest sync.</summary>
    public SyncRecord Last => Board.Current.Syncs[0];

    /// <summary>Starts it and waits for its first sync to end, however it ends.</summary>
    public static async Task<RunningSidecar> StartAsync(string source, string? volume = null, TimeProvider? clock = null, params string[] settings)
    {
        var sidecar = await StartWithoutSyncAsync(source, volume, clock, settings);
        await sidecar.WhenAsync(status => status.Syncs.Count > 0);
        return sidecar;
    }

    /// <summary>Starts it and returns once it listens.</summary>
    public static async Task<RunningSidecar> StartWithoutSyncAsync(string source, string? volume = null, TimeProvider? clock = null, params string[] settings)
    {
        var sidecar = new RunningSidecar(source, volume, clock, settings);
        await sidecar.App.StartAsync(TestContext.Current.CancellationToken);
        sidecar.Http.BaseAddress = new Uri(sidecar.App.Urls.Single());
        return sidecar;
    }

    /// <summary>Asks for a sync as <c>sidecar once</c> does, and returns how it went.</summary>
    public async Task<SyncRecord> SyncAsync()
    {
        using var response = await Http.PostAsync(new Uri("/control/sync", UriKind.Relative), null, TestContext.Current.CancellationToken);
        return Last;
    }

    public async Task<SidecarStatus> WhenAsync(Func<SidecarStatus, bool> condition)
    {
        while (true)
        {
            var page = Board.CurrentPage;
            if (condition(page.Status))
                return page.Status;
            await page.Turned.WaitAsync(Eventually.Deadline, TestContext.Current.CancellationToken);
        }
    }

    public async Task<JsonNode> StatusAsync() => JsonNode.Parse(await GetAsync("/status"))!;

    public Task<string> GetAsync(string path) => Http.GetStringAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

    /// <summary>Text of a file that is served now.</summary>
    public string Read(string path) => File.ReadAllText(Path.Combine(Volume.CurrentLink, Release.DocumentRootName, path));

    /// <summary>That a release is current, whole to the last byte, and that no work in progress lies around.</summary>
    public void AssertServes(string id)
    {
        Assert.Equal(id, Volume.ReadCurrentId());
        Assert.Null(ReleaseVerifier.FindProblemInContent(Volume.ReadCurrent()!));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Volume.StagingDirectory));
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await App.StopAsync();
        await App.DisposeAsync();
        Counters.Dispose();
        _log.Dispose();
        _ownVolume?.Dispose();
    }
}
