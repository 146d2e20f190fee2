using Samples.Sidecar.Sync;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Sources;

/// <summary>A folder as the kubelet writes it: names that link to <c>..data</c>, which links to a generation and is swapped whole.</summary>
public sealed class ConfigMapTests : IDisposable
{
    private readonly TemporaryFolder _map = new();

    public void Dispose() => _map.Dispose();

    [Fact]
    public async Task Sync_PublishesWhatTheLinksLeadTo_AndNothingElse()
    {
        Write("..2026_01", ("index.html", "hello"), ("style.css", "body { }"));

        await using var sidecar = await RunningSidecar.StartAsync(_map.Path);

        Assert.Equal(["index.html", "style.css"], sidecar.Volume.ReadCurrent()!.Manifest.Files.Select(file => file.Path));
        Assert.Equal("hello", sidecar.Read("index.html"));
        Assert.Null(new FileInfo(Path.Combine(sidecar.Volume.CurrentLink, "www/index.html")).LinkTarget);
    }

    [Fact]
    public async Task Sync_PublishesTheNextGeneration_WhenDataIsSwapped()
    {
        Write("..2026_01", ("index.html", "hello"), ("old.html", "old"));
        await using var sidecar = await RunningSidecar.StartAsync(_map.Path);
        Write("..2026_02", ("index.html", "new"), ("new.html", "new"));
        File.Delete(_map["old.html"]);
        Directory.Delete(_map["..2026_01"], recursive: true);

        var record = await sidecar.SyncAsync();

        Assert.Equal(SyncResult.Published, record.Result);
        Assert.Equal(["index.html", "new.html"], sidecar.Volume.ReadCurrent()!.Manifest.Files.Select(file => file.Path));
        Assert.Equal("new", sidecar.Read("index.html"));
    }

    private void Write(string generation, params (string Key, string Value)[] data)
    {
        foreach (var (key, value) in data)
        {
            _map.Write($"{generation}/{key}", value);
            if (!File.Exists(_map[key]))
                File.CreateSymbolicLink(_map[key], $"..data/{key}");
        }

        File.Delete(_map["..data"]);
        File.CreateSymbolicLink(_map["..data"], generation);
    }
}
