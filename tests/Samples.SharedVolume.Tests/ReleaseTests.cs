using System.Globalization;
using System.Text.Json;

namespace Samples.SharedVolume.Tests;

public sealed class ReleaseTests
{
    [Fact]
    public async Task Manifest_HasExactlyTheShapeOfTheContract()
    {
        using var volume = new TestVolume();

        var release = volume.Publish(("index.html", new string('a', 300)), ("a/b.txt", "b\n")).Release;

        var file = release.Manifest.Files[1];
        Assert.Equal(
            $$"""
            {"schema":1,"id":"{{release.Id}}","createdAt":"2026-05-04T10:30:00+00:00",
            "source":{"kind":"test","uri":"test:source","revision":"revision-1"},
            "files":[
            {"path":"a/b.txt","size":2,"sha256":"0263829989b6fd954f72baaf2fc64bc2e2f01d692d4de72986ea808f6e99813f","modified":"2026-05-01T08:00:00.1234567+00:00","encodings":[]},
            {"path":"index.html","size":300,"sha256":"{{file.Sha256}}","modified":"2026-05-01T08:00:00.1234567+00:00","encodings":[{"name":"br","size":{{file.Encodings[0].Size}}},{"name":"gzip","size":{{file.Encodings[1].Size}}}]}
            ]}
            """.ReplaceLineEndings(""),
            await File.ReadAllTextAsync(volume["current/release.json"], TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Manifest_WritesTimesInUtc_WhereverTheyCameFrom()
    {
        using var volume = new TestVolume();
        using var writer = volume.Open();
        using var staged = writer.Stage(ContentLimits.Default);
        staged.Add("a", "1", DateTimeOffset.Parse("2026-05-01T10:00:00+02:00", CultureInfo.InvariantCulture));

        var release = writer.Publish(staged, TestVolume.Source with { Revision = null }, TestContext.Current.CancellationToken).Release;

        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(release.Directory, Release.ManifestName)));
        Assert.Equal("2026-05-01T08:00:00+00:00", json.RootElement.GetProperty("files")[0].GetProperty("modified").GetString());
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("source").GetProperty("revision").ValueKind);
    }

    [Fact]
    public void Open_ReadsWhatWasPublished()
    {
        using var volume = new TestVolume();
        var published = volume.Publish(("größe/日本.txt", new string('a', 1000)), ("a'\"<>&.txt", "b")).Release;

        var read = Release.Open(published.Directory);

        Assert.Equal(published.Manifest.Files.Select(f => f with { Encodings = [] }), read.Manifest.Files.Select(f => f with { Encodings = [] }));
        Assert.Equal(published.Manifest.Files.SelectMany(f => f.Encodings), read.Manifest.Files.SelectMany(f => f.Encodings));
        Assert.Equal(["a'\"<>&.txt", "größe/日本.txt"], read.Manifest.Files.Select(f => f.Path));
        Assert.Equal(1001, read.Manifest.TotalSize());
    }

    [Fact]
    public void Open_RefusesAReleaseUnderAnotherName()
    {
        using var volume = new TestVolume();
        var release = volume.Publish(("index.html", "1")).Release;
        var renamed = volume.Volume.DirectoryOf("0123456789abcdef");
        Directory.Move(release.Directory, renamed);

        Assert.Contains(release.Id, Assert.Throws<InvalidDataException>(() => Release.Open(renamed)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_SaysWhichSchemaItReads()
    {
        using var volume = new TestVolume();
        var release = volume.Publish(("index.html", "1")).Release;
        var path = Path.Combine(release.Directory, Release.ManifestName);
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"schema\":1", "\"schema\":2", StringComparison.Ordinal));

        var error = Assert.Throws<InvalidDataException>(() => Release.Open(release.Directory));

        Assert.Equal($"'{path}' has schema 2; this program reads schema 1.", error.Message);
    }
}
