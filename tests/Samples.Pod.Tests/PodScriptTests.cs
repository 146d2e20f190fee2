namespace Samples.Pod.Tests;

/// <summary><c>dotnet run pod.cs</c>, as a newcomer runs it.</summary>
public sealed class PodScriptTests : IAsyncDisposable
{
    /// <summary>The first run builds the three programs.</summary>
    private static readonly TimeSpan _buildTime = TimeSpan.FromMinutes(5);

    private readonly TemporaryFolder _content = new();
    private readonly int[] _ports = PodOnLoopback.FreePorts(3);
    private readonly Dictionary<string, string?> _environment;
    private RunningProgram? _pod;

    public PodScriptTests()
    {
        _content.Write("index.html", "the content");
        _environment = new()
        {
            ["Server__Url"] = $"http://127.0.0.1:{_ports[0]}",
            ["Server__ManagementUrl"] = $"http://127.0.0.1:{_ports[1]}",
            ["Sidecar__ManagementUrl"] = $"http://127.0.0.1:{_ports[2]}",
            ["Sidecar__Source"] = _content.Path,
            ["Sidecar__InitialDelay"] = "00:00:05",
            ["Init__Title"] = "Painted by the test",
        };
    }

    [Fact]
    public async Task Pod_ServesWelcomeThenContent_AndEndsInOrder()
    {
        Start();
        await Eventually.GetAsync(async () => await GetAsync() is { } page && page.Contains("Painted by the test", StringComparison.Ordinal) ? page : null, "the Welcome page", _buildTime);
        await Eventually.GetAsync(async () => await GetAsync() is "the content" ? "" : null, "the content");

        var exitCode = await _pod!.InterruptAsync();

        Assert.Equal(0, exitCode);
        Assert.True(Line("Painted release") < Line("Syncing"), _pod.Log);
        Assert.True(Line("Syncing") < Line("Starting: volume"), _pod.Log);
        Assert.True(Line("Published release") < Line("stopping the server, then the sidecar"), _pod.Log);
        Assert.DoesNotContain(Processes(), process => process.Contains(_ports[0].ToString(), StringComparison.Ordinal));
        Assert.All(PodOnLoopback.ListenersOn(_ports), Assert.False);
    }

    [Fact]
    public async Task Pod_EndsWithExitCode0_WhenTerminated()
    {
        Start();
        await Eventually.GetAsync(GetAsync, "the pod", _buildTime);

        Assert.Equal(0, await _pod!.TerminateAsync());
        Assert.All(PodOnLoopback.ListenersOn(_ports), Assert.False);
    }

    [Fact]
    public async Task Pod_EndsWithInitsExitCode_WhenInitFails()
    {
        _environment["Init__Title"] = "";
        _environment["Init__ContentPath"] = "/there/is/no/such/folder";
        Start();

        var exitCode = await _pod!.EndAsync();

        Assert.Equal(2, exitCode);
        Assert.DoesNotContain("sidecar |", _pod.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("server  |", _pod.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pod_NamesThePortAndItsSetting_WhenThePortIsInUse()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, _ports[0]);
        listener.Start();
        Start();

        var exitCode = await _pod!.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.Equal($"pod     | Port {_ports[0]} is in use; Server__Url=http://127.0.0.1:PORT chooses another one.", _pod.Log);
    }

    public async ValueTask DisposeAsync()
    {
        if (_pod is not null)
            await _pod.DisposeAsync();
        _content.Dispose();
    }

    private static IEnumerable<string> Processes() => Directory.EnumerateDirectories("/proc")
        .Where(folder => File.Exists($"{folder}/environ") && Path.GetFileName(folder).All(char.IsDigit))
        .Select(ReadEnvironment);

    private static string ReadEnvironment(string folder)
    {
        try
        {
            return File.ReadAllText($"{folder}/environ");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    /// <summary>In a process group of its own, like a shell's job: a terminal's Ctrl+C goes to the whole group.</summary>
    private void Start() => _pod = new RunningProgram("setsid", ["dotnet", "run", RepositoryRoot.Combine("pod.cs")], _environment);

    private int Line(string text)
    {
        var index = _pod!.Log.IndexOf(text, StringComparison.Ordinal);
        return index >= 0 ? index : throw new Xunit.Sdk.XunitException($"The log lacks '{text}':\n{_pod.Log}");
    }

    private async Task<string?> GetAsync()
    {
        Assert.False(_pod!.HasEnded, _pod.Log);
        try
        {
            using var client = new HttpClient();
            return await client.GetStringAsync(new Uri($"http://127.0.0.1:{_ports[0]}/"));
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
