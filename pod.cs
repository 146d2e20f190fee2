#!/usr/bin/env -S dotnet run
#:package CliWrap

// The manager of the comic, on a bare machine: what the kubelet does for a pod, with processes for containers and a
// temporary folder for the volume. Any setting of the three programs can be given in the environment.
//
//   dotnet run pod.cs                                        # then open http://127.0.0.1:8080
//   Server__Url=http://127.0.0.1:9090 dotnet run pod.cs

using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CliWrap;

var root = RepositoryRoot();
using var stopping = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

var volume = Directory.CreateTempSubdirectory("samples-pod-").FullName;
try
{
    return await RunPodAsync();
}
catch (OperationCanceledException) when (stopping.IsCancellationRequested)
{
    return 0;
}
finally
{
    Directory.Delete(volume, recursive: true);
}

async Task<int> RunPodAsync()
{
    var siteUrl = Setting("Server__Url", "http://127.0.0.1:8080");
    var serverUrl = Setting("Server__ManagementUrl", "http://127.0.0.1:8081");
    var sidecarUrl = Setting("Sidecar__ManagementUrl", "http://127.0.0.1:8082");
    foreach (var (name, url) in (ReadOnlySpan<(string, string)>)[("Server__Url", siteUrl), ("Server__ManagementUrl", serverUrl), ("Sidecar__ManagementUrl", sidecarUrl)])
    {
        if (!IsFree(new Uri(Loopback(url)).Port))
            return Fail($"Port {new Uri(Loopback(url)).Port} is in use; {name}=http://127.0.0.1:PORT chooses another one.");
    }

    string[] programs = ["Init", "Sidecar", "Server"];
    foreach (var program in programs)
    {
        Say($"building {program.ToLowerInvariant()}");
        if (await BuildAsync(program) is not 0 and var failed)
            return failed;
    }

    using var init = new Container("init", ConsoleColor.Yellow, Run(PathOf("Init", "init")));
    using var sidecar = new Container("sidecar", ConsoleColor.Green, Run(PathOf("Sidecar", "sidecar"),
        ("Sidecar__Source", Setting("Sidecar__Source", Path.Combine(root, "content"))),
        ("Sidecar__Exclude", Setting("Sidecar__Exclude", "kustomization.yaml")),
        ("Sidecar__Interval", Setting("Sidecar__Interval", "00:00:01")),
        ("Sidecar__InitialDelay", Setting("Sidecar__InitialDelay", "00:00:03")),
        ("Sidecar__ManagementUrl", sidecarUrl)));
    using var server = new Container("server", ConsoleColor.Cyan, Run(PathOf("Server", "server"),
        ("Server__Url", siteUrl),
        ("Server__ManagementUrl", serverUrl),
        ("ReverseProxy__Clusters__sidecar__Destinations__local__Address", Loopback(sidecarUrl))));

    Say("the setup crew goes first, and alone");
    if (await init.RunAsync(stopping.Token) is not 0 and var initFailed)
        return Fail("init failed, so nothing else starts", initFailed);

    try
    {
        Say("the assistant starts, and stays");
        if (!await sidecar.StartAsync(Loopback(sidecarUrl) + "/startupz", stopping.Token))
            return Fail("the sidecar ended before it was started");

        Say("the server opens for customers");
        if (!await server.StartAsync(Loopback(serverUrl) + "/readyz", stopping.Token))
            return Fail("the server ended before it was ready");

        Say($"open {Loopback(siteUrl)} and edit a file in {Path.Combine(root, "content")}; Ctrl+C ends the pod");
        var ended = await Task.WhenAny(sidecar.Ended, server.Ended, Task.Delay(Timeout.Infinite, stopping.Token));
        return stopping.IsCancellationRequested ? 0 : Fail($"{(ended == server.Ended ? "server" : "sidecar")} ended by itself, and the pod with it");
    }
    finally
    {
        // Main containers first, sidecars after them: the order in which the kubelet ends a pod.
        Say("stopping the server, then the sidecar");
        await server.StopAsync();
        await sidecar.StopAsync();
    }
}

async Task<int> BuildAsync(string program)
{
    var output = new List<string>();
    var result = await Cli.Wrap("dotnet")
        .WithArguments(["build", Path.Combine(root, "src", $"Samples.{program}"), "--configuration", "Release", "--nologo", "--verbosity", "quiet"])
        .WithStandardOutputPipe(PipeTarget.ToDelegate(output.Add))
        .WithStandardErrorPipe(PipeTarget.ToDelegate(output.Add))
        .WithValidation(CommandResultValidation.None)
        .ExecuteAsync(stopping.Token);
    if (result.ExitCode != 0)
        output.ForEach(Console.WriteLine);
    return result.ExitCode;
}

// A session of its own keeps a terminal's Ctrl+C from ending all of them at once: the manager decides the order.
Command Run(string program, params (string Name, string Value)[] settings)
{
    var command = File.Exists("/usr/bin/setsid") ? Cli.Wrap("/usr/bin/setsid").WithArguments([program]) : Cli.Wrap(program);
    return command
        .WithValidation(CommandResultValidation.None)
        .WithEnvironmentVariables(environment =>
        {
            environment.Set("SharedVolume__Path", volume).Set("Logging__Format", Setting("Logging__Format", "text"));
            environment.Set("POD_NAME", Setting("POD_NAME", Environment.MachineName));
            foreach (var (name, value) in settings)
                environment.Set(name, value);
        });
}

string PathOf(string project, string program) => Path.Combine(root, "artifacts", "bin", $"Samples.{project}", "release", program);

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stopping.Cancel();
}

static string Setting(string name, string otherwise) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : otherwise;

static string Loopback(string url) => url.Replace("*", "127.0.0.1").Replace("+", "127.0.0.1").TrimEnd('/');

static bool IsFree(int port)
{
    try
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        return true;
    }
    catch (SocketException)
    {
        return false;
    }
}

static int Fail(string problem, int exitCode = 1)
{
    Say(problem);
    return exitCode;
}

static void Say(string text) => Container.Write("pod", ConsoleColor.Magenta, text);

static string RepositoryRoot([CallerFilePath] string script = "") => Path.GetDirectoryName(script)!;

/// <summary>A program that plays a container: its lines prefixed with its name, its end and its stop in the manager's hand.</summary>
internal sealed class Container(string name, ConsoleColor color, Command command) : IDisposable
{
    private static readonly TimeSpan _terminationGrace = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _probeInterval = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _terminate = new();
    private readonly CancellationTokenSource _kill = new();

    /// <summary>The exit code, once the program has ended.</summary>
    public Task<int> Ended { get; private set; } = Task.FromResult(0);

    public static void Write(string name, ConsoleColor color, string line)
    {
        var isPlain = Console.IsOutputRedirected || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 };
        Console.WriteLine(isPlain ? $"{name,-7} | {line}" : $"\e[{AnsiOf(color)}m{name,-7} |\e[0m {line}");
    }

    /// <summary>Runs the program to its end.</summary>
    public Task<int> RunAsync(CancellationToken stopping)
    {
        stopping.Register(_terminate.Cancel);
        return Ended = ExecuteAsync();
    }

    /// <summary>Starts the program; true once its probe succeeds, false if it ends before.</summary>
    public async Task<bool> StartAsync(string probe, CancellationToken stopping)
    {
        Ended = ExecuteAsync();
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(1) };
        while (!Ended.IsCompleted)
        {
            if (await SucceedsAsync(client, probe, stopping))
                return true;
            await Task.Delay(_probeInterval, stopping);
        }

        return false;
    }

    public async Task StopAsync()
    {
        await _terminate.CancelAsync();
        _kill.CancelAfter(_terminationGrace);
        await Ended;
    }

    public void Dispose()
    {
        _terminate.Dispose();
        _kill.Dispose();
    }

    private async Task<int> ExecuteAsync()
    {
        try
        {
            var log = PipeTarget.ToDelegate(line => Write(name, color, line));
            return (await command.WithStandardOutputPipe(log).WithStandardErrorPipe(log).ExecuteAsync(_kill.Token, _terminate.Token)).ExitCode;
        }
        catch (OperationCanceledException)
        {
            return 0;
        }
    }

    private static async Task<bool> SucceedsAsync(HttpClient client, string probe, CancellationToken stopping)
    {
        try
        {
            using var response = await client.GetAsync(new Uri(probe), stopping);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (TaskCanceledException) when (!stopping.IsCancellationRequested)
        {
            return false;
        }
    }

    private static int AnsiOf(ConsoleColor color) => color switch
    {
        ConsoleColor.Yellow => 33,
        ConsoleColor.Green => 32,
        ConsoleColor.Cyan => 36,
        _ => 35,
    };
}
