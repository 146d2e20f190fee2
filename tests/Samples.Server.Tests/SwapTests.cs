using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace Samples.Server.Tests;

public sealed class SwapTests : IDisposable
{
    private const int Swaps = 1000;
    private const int Clients = 4;
    private const int Retained = 50;

    private readonly TestVolume _volume = new();
    private readonly ConcurrentDictionary<string, (int Number, TestFile Small, TestFile Large)> _releases = [];

    public void Dispose() => _volume.Dispose();

    [Fact]
    public async Task ThousandSwaps_NeverShow_AMissTornOrMixedBody()
    {
        var time = new FakeTimeProvider();
        var releases = new Queue<string>([Publish(0)]);
        await using var server = await TestServer.StartWithAsync(_volume, time, null, "--Server:MemoryBudget=100KiB", "--Server:AccessLog=false");
        using var done = new CancellationTokenSource();
        var clients = Enumerable.Range(0, Clients).Select(_ => Task.Run(() => HammerAsync(server.Client, done.Token))).ToArray();

        for (var number = 1; number <= Swaps; number++)
        {
            var release = Publish(number);
            releases.Enqueue(release);
            await Eventually.TrueAsync(() =>
            {
                time.Advance(TimeSpan.FromMilliseconds(250));
                return server.Current.Site?.ReleaseId == release;
            }, $"release number {number}");

            if (releases.Count > Retained)
                _volume.Remove(releases.Dequeue());
        }

        await done.CancelAsync();
        var pairs = await Task.WhenAll(clients);
        Assert.All(pairs, count => Assert.InRange(count, 50, int.MaxValue));
        Assert.DoesNotContain(server.Log.Events, e => e.Level >= Microsoft.Extensions.Logging.LogLevel.Warning);
    }

    /// <summary>Asks for pairs of files until it is told to stop; returns how many it saw.</summary>
    private async Task<int> HammerAsync(HttpClient client, CancellationToken done)
    {
        var (pairs, latest) = (0, 0);
        while (!done.IsCancellationRequested)
        {
            // The page's own script, which the next release has under another name, must stay in reach.
            var script = await client.GetStringAsync("/" + ScriptOf(latest), CancellationToken.None);
            Assert.Equal(ScriptOf(latest), script);

            foreach (var path in new[] { "small.txt", "large.txt" })
            {
                using var response = await client.GetAsync("/" + path, CancellationToken.None);
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
                var body = await response.Content.ReadAsByteArrayAsync(CancellationToken.None);
                var (number, small, large) = _releases[response.Headers.GetValues("X-Release").Single()];
                var expected = path == "small.txt" ? small : large;
                Assert.True(body.AsSpan().SequenceEqual(expected.Bytes), $"{path} of release {number} came torn or mixed.");
                Assert.Equal(expected.ETag, response.Headers.ETag?.ToString());
                Assert.True(number >= latest, $"Release {number} was served after {latest}.");
                latest = number;
            }

            pairs++;
        }

        return pairs;
    }

    private string Publish(int number)
    {
        var small = Create("small.txt", number, lines: 10);
        var large = Create("large.txt", number, lines: 20_000); // beyond the memory budget: read from the volume at each request
        var id = _volume.Write(small, large, new TestFile(ScriptOf(number), ScriptOf(number)));
        _releases[id] = (number, small, large);
        _volume.SwitchTo(id);
        return id;
    }

    private static string ScriptOf(int number) => string.Create(CultureInfo.InvariantCulture, $"app.3f{number:d4}a1.js");

    private static TestFile Create(string path, int number, int lines) =>
        new(path, string.Concat(Enumerable.Repeat(string.Create(CultureInfo.InvariantCulture, $"{number:d6}\n"), lines)));
}
