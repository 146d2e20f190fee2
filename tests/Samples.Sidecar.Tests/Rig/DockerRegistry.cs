using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Samples.Sidecar.Tests.Rig;

/// <summary>The registry of Debian's package docker-registry, on a port and in a folder of its own.</summary>
internal sealed partial class DockerRegistry : IAsyncDisposable
{
    public const string Program = "docker-registry";

    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentQueue<string> _log = new();
    private readonly string _auth;
    private Process _process = null!;
    private Task _reading = Task.CompletedTask;

    private DockerRegistry(string auth) => _auth = auth;

    /// <summary>Host and port.</summary>
    public string Authority { get; private set; } = "127.0.0.1:0";

    public string Url => $"http://{Authority}";

    /// <summary>Its lines about requests, as it logs them.</summary>
    public IReadOnlyCollection<string> Log => _log;

    /// <param name="auth">The configuration's section <c>auth</c>, in YAML; none for a registry that is open to all.</param>
    public static async Task<DockerRegistry> StartAsync(string auth = "")
    {
        Needs.Program(Program);
        var registry = new DockerRegistry(auth);
        await registry.StartProcessAsync();
        return registry;
    }

    /// <summary>For htpasswd, which takes bcrypt only.</summary>
    public static async Task<DockerRegistry> StartWithPasswordAsync(string line)
    {
        Needs.Program(Program);
        var registry = new DockerRegistry("auth: { htpasswd: { realm: tests, path: FOLDER/htpasswd } }");
        registry._folder.Write("htpasswd", line + "\n");
        await registry.StartProcessAsync();
        return registry;
    }

    /// <summary>Ends it; what it holds stays for <see cref="StartProcessAsync"/>.</summary>
    public async Task StopAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Eventually.Deadline);
        await _reading.WaitAsync(Eventually.Deadline);
        _process.Dispose();
    }

    /// <summary>Starts it, the next times at the address that it had.</summary>
    public async Task StartProcessAsync()
    {
        var config = _folder.Write("config.yml", $$"""
            version: 0.1
            storage:
              filesystem: { rootdirectory: "{{_folder["storage"]}}" }
              delete: { enabled: true }
            http: { addr: "{{Authority}}", relativeurls: true }
            {{_auth.Replace("FOLDER", _folder.Path, StringComparison.Ordinal)}}
            """);
        _log.Clear();
        _process = Process.Start(new ProcessStartInfo(Program, ["serve", config]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        _reading = Task.WhenAll(ReadAsync(_process.StandardOutput), ReadAsync(_process.StandardError));
        Authority = await Eventually.GetAsync(
            () => Task.FromResult(_process.HasExited
                ? throw new InvalidOperationException($"{Program} ended: {string.Join('\n', _log)}")
                : _log.Select(line => Listening().Match(line)).FirstOrDefault(match => match.Success)?.Groups[1].Value),
            $"{Program} to listen");
    }

    public async ValueTask DisposeAsync()
    {
        if (!HasEnded())
            await StopAsync();
        _folder.Dispose();
    }

    private bool HasEnded()
    {
        try
        {
            return _process.HasExited;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
            _log.Enqueue(line);
    }

    [GeneratedRegex("listening on (127\\.0\\.0\\.1:[0-9]+)")]
    private static partial Regex Listening();
}
