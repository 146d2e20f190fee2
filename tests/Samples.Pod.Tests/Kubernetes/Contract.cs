using System.Globalization;
using k8s.Models;

namespace Samples.Pod.Tests.Kubernetes;

/// <summary>What the manifests may rely on: the names and numbers that the three programs promise.</summary>
internal static class Contract
{
    public const string Init = "init";
    public const string Sidecar = "sidecar";
    public const string Server = "server";

    /// <summary>From SIGTERM to exit, at most.</summary>
    public static readonly TimeSpan ServerDrain = Time(SettingsTable.RowsOf("Server")["Server__ShutdownTimeout"]);

    /// <summary>From SIGTERM to exit, at most.</summary>
    public static readonly TimeSpan SidecarStop = Time(SettingsTable.RowsOf("Sidecar")["Sidecar__ShutdownTimeout"]);

    /// <summary>A file, its .br and its .gz together are at most this many times the file.</summary>
    public const int EncodingsFactor = 3;

    /// <summary>What the kubelet keeps of one container's log by default: five files of 10 MiB.</summary>
    public const long LogBytes = 50L << 20;

    public static readonly IReadOnlyDictionary<string, (string Name, int Number)[]> Ports = new Dictionary<string, (string, int)[]>
    {
        [Init] = [],
        [Sidecar] = [("sidecar", 8082)],
        [Server] = [("http", 8080), ("management", 8081)],
    };

    public static readonly IReadOnlyDictionary<(string Container, string Probe), (string Port, string Path)> Probes =
        new Dictionary<(string, string), (string, string)>
        {
            [(Sidecar, "startup")] = ("sidecar", "/startupz"),
            [(Sidecar, "liveness")] = ("sidecar", "/healthz"),
            [(Sidecar, "readiness")] = ("sidecar", "/readyz"),
            [(Server, "startup")] = ("management", "/healthz"),
            [(Server, "liveness")] = ("management", "/healthz"),
            [(Server, "readiness")] = ("management", "/readyz"),
        };

    /// <summary>The settings of each program, as docs/settings.md lists them; a name that ends in "__" stands for all below it.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Settings = new Dictionary<string, string[]>
    {
        [Init] = ["SharedVolume__Path", "POD_NAME", .. SettingsTable.RowsOf("Init").Keys],
        [Sidecar] = ["SharedVolume__Path", "Sidecar__Sources__", .. SettingsTable.RowsOf("Sidecar").Keys],
        [Server] = ["SharedVolume__Path", "Kestrel__Endpoints__", "ReverseProxy__", .. SettingsTable.RowsOf("Server").Keys],
    };

    /// <summary>The bytes of a size as a setting states it: <c>67108864</c> or <c>64MiB</c>.</summary>
    public static long Bytes(string setting) => new ResourceQuantity(setting.TrimEnd('B')).ToInt64();

    public static TimeSpan Time(string setting) => TimeSpan.ParseExact(setting, "c", CultureInfo.InvariantCulture);
}
