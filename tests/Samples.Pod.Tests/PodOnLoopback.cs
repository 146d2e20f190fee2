using System.Net;
using System.Net.Sockets;

namespace Samples.Pod.Tests;

/// <summary>The three programs around one volume, started in the pod's order on free ports of this machine.</summary>
internal sealed class PodOnLoopback : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly int[] _ports = FreePorts(3);

    public PodOnLoopback()
    {
        Directory.CreateDirectory(Volume);
        Directory.CreateDirectory(Content);
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_ports[0]}") };
    }

    public string Volume => _folder["volume"];

    /// <summary>The folder that the sidecar brings in.</summary>
    public string Content => _folder["content"];

    /// <summary>What the programs are told besides, by environment variables.</summary>
    public Dictionary<string, string?> Settings { get; } = [];

    /// <summary>A client of the server's site.</summary>
    public HttpClient Http { get; }

    public RunningProgram? Sidecar { get; private set; }

    public RunningProgram? Server { get; private set; }

    public static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        foreach (var listener in listeners)
            listener.Start();
        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        foreach (var listener in listeners)
            listener.Dispose();
        return ports;
    }

    /// <summary>For each port whether something listens on it.</summary>
    public static IEnumerable<bool> ListenersOn(IEnumerable<int> ports)
    {
        var listening = System.Net.NetworkInformation.IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners();
        return ports.Select(port => listening.Any(endpoint => endpoint.Port == port));
    }

    public void Write(string path, string text) => _folder.Write($"content/{path}", text);

    public async Task<int> RunInitAsync()
    {
        await using var init = Start(BuiltProgram.Init);
        return await init.EndAsync();
    }

    public async Task StartSidecarAsync()
    {
        Sidecar = Start(BuiltProgram.Sidecar);
        await ReadyAsync(Sidecar, $"http://127.0.0.1:{_ports[2]}/startupz");
    }

    public async Task StartServerAsync()
    {
        Server = Start(BuiltProgram.Server);
        await ReadyAsync(Server, $"http://127.0.0.1:{_ports[1]}/readyz");
    }

    /// <summary>Asks the sidecar for a sync, and returns when that has ended.</summary>
    public async Task NudgeAsync()
    {
        using var client = new HttpClient();
        using var answer = await client.PostAsync(new Uri($"http://127.0.0.1:{_ports[2]}/control/sync"), null);
        Assert.True(answer.IsSuccessStatusCode, Sidecar?.Log);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (Server is not null)
            await Server.DisposeAsync();
        if (Sidecar is not null)
            await Sidecar.DisposeAsync();
        _folder.Dispose();
    }

    private static async Task ReadyAsync(RunningProgram program, string probe)
    {
        using var client = new HttpClient();
        await Eventually.GetAsync(async () =>
        {
            Assert.False(program.HasEnded, program.Log);
            try
            {
                using var response = await client.GetAsync(new Uri(probe));
                return response.IsSuccessStatusCode ? probe : null;
            }
            catch (HttpRequestException)
            {
                return null;
            }
        }, probe);
    }

    private RunningProgram Start(string program)
    {
        var environment = new Dictionary<string, string?>
        {
            ["SharedVolume__Path"] = Volume,
            ["Sidecar__Source"] = Content,
            ["Sidecar__Interval"] = "00:00:00.2",
            ["Sidecar__ManagementUrl"] = $"http://127.0.0.1:{_ports[2]}",
            ["Server__Url"] = $"http://127.0.0.1:{_ports[0]}",
            ["Server__ManagementUrl"] = $"http://127.0.0.1:{_ports[1]}",
            ["ReverseProxy__Clusters__sidecar__Destinations__local__Address"] = $"http://127.0.0.1:{_ports[2]}",
        };
        foreach (var (name, value) in Settings)
            environment[name] = value;
        return new RunningProgram(program, [], environment);
    }
}
