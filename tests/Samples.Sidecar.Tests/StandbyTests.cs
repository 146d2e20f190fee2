using System.Text.Json.Nodes;
using Samples.SharedVolume;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests;

public sealed class StandbyTests : IDisposable
{
    private static readonly string[] _probes = ["/healthz", "/startupz", "/readyz"];

    private readonly TemporaryFolder _volume = new();
    private readonly TemporaryFolder _source = new();

    public StandbyTests() => _source.Write("index.html", "hello");

    public void Dispose()
    {
        _volume.Dispose();
        _source.Dispose();
    }

    [Fact]
    public async Task Standby_SaysSo_AndTakesOver_WhenTheWriterIsKilled()
    {
        await using var writer = SidecarProcess.StartLoop(_source.Path, _volume.Path);
        await writer.LineAsync("Published release");
        await using var standby = SidecarProcess.StartLoop(_source.Path, _volume.Path);
        await standby.LineAsync($"Standing by: another process holds the lock of {_volume.Path}");
        using var http = new HttpClient { BaseAddress = new Uri(await standby.UrlAsync()) };

        var status = JsonNode.Parse(await http.GetStringAsync(new Uri("/status", UriKind.Relative), TestContext.Current.CancellationToken))!;
        var probes = await Task.WhenAll(_probes.Select(path => http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken)));
        using var refused = await http.PostAsync(new Uri("/control/sync", UriKind.Relative), null, TestContext.Current.CancellationToken);
        _source.Write("index.html", "edited while nobody looked");
        await writer.SignalAsync("KILL");
        await standby.LineAsync($"Took over {_volume.Path}: its lock became free");
        await standby.LineAsync("Published release");

        Assert.Equal("standby", (string)status["state"]!);
        Assert.NotNull(status["release"]);
        Assert.All(probes, probe => Assert.True(probe.IsSuccessStatusCode));
        Assert.Equal("This sidecar is a standby: another one holds the volume's lock.\n", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("edited while nobody looked", await File.ReadAllTextAsync(Path.Combine(new Volume(_volume.Path).CurrentLink, "www/index.html"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Standby_EndsWithZero_WhenAskedTo()
    {
        await using var writer = SidecarProcess.StartLoop(_source.Path, _volume.Path);
        await writer.LineAsync("Published release");
        await using var standby = SidecarProcess.StartLoop(_source.Path, _volume.Path);
        await standby.UrlAsync();
        await standby.LineAsync("Standing by");

        await standby.SignalAsync("TERM");

        Assert.Equal(0, await standby.ExitAsync());
    }
}
