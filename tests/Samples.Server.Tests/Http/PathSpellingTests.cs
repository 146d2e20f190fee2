using CsCheck;

namespace Samples.Server.Tests;

/// <summary>However a target is spelled, what comes back is a file of the release, or none: never one beside it, never another host.</summary>
public sealed class PathSpellingTests : IDisposable
{
    private const string Secret = "SECRET";

    private static readonly string[] _parts =
    [
        "/", "//", ".", "..", "%2e", "%2E%2e", "%2f", "%5c", "\\", "%00", "%c0%ae", "%c0%af", "%252e", "%ff", "docs", "www", "release.json", "secret.txt", "current", "releases",
        ".env", "%2eenv", "index.html", "evil.example", "?", "a:80", "http://site.example", "@", ";",
    ];

    private static readonly Gen<string> _target = Gen.Int[0, _parts.Length - 1].Array[1, 8].Select(parts => "/" + string.Concat(parts.Select(i => _parts[i])));

    private readonly TestVolume _volume = new();

    public PathSpellingTests()
    {
        var id = _volume.Publish(new TestFile("index.html", "home"), new TestFile("docs/index.html", "docs"), new TestFile(".env", Secret));
        foreach (var folder in new[] { _volume.Volume.Root, _volume.Volume.ReleasesDirectory, _volume.Volume.DirectoryOf(id) })
            File.WriteAllText(Path.Combine(folder, "secret.txt"), Secret);
    }

    public void Dispose() => _volume.Dispose();

    [Fact]
    public async Task NoSpelling_LeavesTheRelease()
    {
        await using var server = await TestServer.StartAsync(_volume);

        await _target.SampleAsync(async target =>
        {
            var response = await RawHttp.SendAsync(server.Client.BaseAddress!, $"GET {target} HTTP/1.1");

            // The query is kept as it came; where it leads is up to the path.
            var location = response.Split("\r\n").FirstOrDefault(line => line.StartsWith("Location: ", StringComparison.Ordinal))?["Location: ".Length..].Split('?')[0];
            return RawHttp.StatusOf(response) is 200 or 301 or 400 or 404
                && !response.Contains(Secret, StringComparison.Ordinal)
                && !response.Contains("\"schema\"", StringComparison.Ordinal)
                && (location is null || (location.StartsWith('/') && !location.StartsWith("//", StringComparison.Ordinal) && !location.Contains('\\', StringComparison.Ordinal)));
        }, iter: 1000, threads: 1);
    }
}
