using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Samples.SharedVolume;
using Samples.Sidecar.Gates;
using Samples.Sidecar.Http;
using Samples.Sidecar.Notify;
using Samples.Sidecar.Sources;
using Samples.Sidecar.Sync;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests;

/// <summary>Holds <c>docs/sidecar.md</c> to the sidecar: its examples run, its JSON and its addresses are the real ones.</summary>
public sealed partial class SidecarPageTests : IAsyncDisposable
{
    private readonly TemporaryFolder _container = new();
    private readonly Dictionary<string, string> _environment = [];
    private SidecarProcess? _sidecar;
    private ArchiveServer? _files;

    public static TheoryData<string> Examples => [.. PageExample.Sections().Where(section => section.Value.Any(block => block.Language == "sh")).Select(section => section.Key)];

    public static TheoryData<string, string> Shapes => new()
    {
        { "The hook", JsonSerializer.Serialize(new HookRequest("", "", _source, 1, 1, ""), HookJson.Default.HookRequest) },
        { "Notifications", JsonSerializer.Serialize(new Notification("", "", default, _source, 1, 1), SidecarJson.Default.Notification) },
        { "Error file and touch file", JsonSerializer.Serialize(new SyncError(default, "", 1), SidecarJson.Default.SyncError) },
    };

    private static ReleaseSource _source => new("git", "", "");

    public async ValueTask DisposeAsync()
    {
        if (_sidecar is not null)
            await _sidecar.DisposeAsync();
        if (_files is not null)
            await _files.DisposeAsync();
        _container.Dispose();
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public async Task Example_DoesAsThePageSays(string section)
    {
        foreach (var program in (string[])["curl", "openssl", "tar"])
            Needs.Program(program);
        foreach (var folder in (string[])["content", "data", "secrets", "srv", "work"])
            Directory.CreateDirectory(_container[folder]);
        _container.Write("content/index.html", "<h1>Hello</h1>\n");
        _files = await ArchiveServer.StartAsync();
        _files.Answer = context => ServeAsync(context, _container["srv" + context.Request.Path]);

        var said = "";
        foreach (var (language, text) in PageExample.Sections()[section])
        {
            if (language == "env")
                await StartAsync(Located(text));
            else if (language == "sh")
                said = await ShellAsync(Located(text));
            else if (language == "text")
                Assert.Matches("^" + Regex.Escape(Located(text)).Replace("…", ".*", StringComparison.Ordinal) + "$", said);
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Json_HasTheFieldsThatAreSent(string section, string sent)
    {
        var shown = PageExample.Sections()[section].Single(block => block.Language == "json").Text;

        Assert.Equal(FieldsOf(JsonNode.Parse(sent)!), FieldsOf(JsonNode.Parse(shown)!));
    }

    [Fact]
    public void Addresses_AreOnesThatTheSidecarTakes()
    {
        var addresses = Address().Matches(File.ReadAllText(PageExample.Page)).Select(match => match.Value).Where(text => !text.Contains('…', StringComparison.Ordinal)).Distinct().ToArray();

        Assert.True(addresses.Length >= 5);
        Assert.All(addresses, text => Assert.True(ContentSource.TryParse(text, out _), text));
    }

    /// <summary>Starts the sidecar with the settings of a block, and waits for its first sync to end.</summary>
    private async Task StartAsync(string settings)
    {
        foreach (var pair in settings.Split('\n').Select(line => line.Split('=', 2)))
            _environment[pair[0]] = pair[1];
        _environment["SharedVolume__Path"] = _container["data"];
        (string, string)[] own =
        [
            ("Sidecar__ManagementUrl", "http://127.0.0.1:0"), ("Sidecar__Interval", "01:00:00"), ("Sidecar__MaxBackoff", "01:00:00"),
            ("Logging__Format", "text"), ("Logging__LogLevel__Microsoft.Hosting.Lifetime", "Information"),
        ];
        _sidecar = SidecarProcess.Start([], [.. _environment.Select(pair => (pair.Key, pair.Value)), .. own]);
        _environment["Sidecar__ManagementUrl"] = await _sidecar.UrlAsync();
        using var client = new HttpClient { BaseAddress = new Uri(_environment["Sidecar__ManagementUrl"]) };
        await Eventually.GetAsync(async () => (string?)JsonNode.Parse(await client.GetStringAsync(new Uri("/status", UriKind.Relative)))!["state"] == "starting" ? null : "", "the first sync");
    }

    private async Task<string> ShellAsync(string script)
    {
        var start = new ProcessStartInfo("sh", ["-c", "exec 2>&1\n" + script]) { WorkingDirectory = _container["work"], RedirectStandardOutput = true };
        foreach (var (name, value) in _environment)
            start.Environment[name] = value;
        start.Environment["PATH"] = $"{AppContext.BaseDirectory}:{Environment.GetEnvironmentVariable("PATH")}";
        using var shell = Process.Start(start)!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        // Several programs, one after the other.
        limit.CancelAfter(2 * Eventually.Deadline);
        try
        {
            var output = await shell.StandardOutput.ReadToEndAsync(limit.Token);
            await shell.WaitForExitAsync(limit.Token);
            Assert.True(shell.ExitCode == 0, output);
            return output.TrimEnd();
        }
        finally
        {
            if (!shell.HasExited)
                shell.Kill(entireProcessTree: true);
        }
    }

    /// <summary>The text with this machine's folders and ports in place of a container's.</summary>
    private string Located(string text) => ContainerPath().Replace(text, _container.Path + "$0")
        .Replace("localhost:9000", _files!.Authority, StringComparison.Ordinal)
        .Replace("http://localhost:8082", "localhost:8082", StringComparison.Ordinal)
        .Replace("localhost:8082", _environment.GetValueOrDefault("Sidecar__ManagementUrl", "localhost:8082"), StringComparison.Ordinal);

    private static Task ServeAsync(HttpContext context, string path)
    {
        if (!File.Exists(path))
            return Results.NotFound().ExecuteAsync(context);
        var bytes = File.ReadAllBytes(path);
        return Results.Bytes(bytes, entityTag: new EntityTagHeaderValue($"\"{Convert.ToHexString(SHA256.HashData(bytes))}\"")).ExecuteAsync(context);
    }

    private static string FieldsOf(JsonNode json) => string.Join(' ', json.AsObject().Select(field => field.Value is JsonObject nested ? $"{field.Key}({FieldsOf(nested)})" : field.Key));

    [GeneratedRegex(@"(?<![\w.:/-])/(content|data|secrets|srv)\b")]
    private static partial Regex ContainerPath();

    [GeneratedRegex(@"\b(git\+https?|oci(\+http)?|release\+https?)://[^\s`""')]+")]
    private static partial Regex Address();
}
