namespace Samples.Server.Tests;

/// <summary>Clients that take their time, against limits made short.</summary>
public sealed class SlowClientTests : IDisposable
{
    private static readonly TestFile _large = new("large.txt", new string('a', 20_000_000));

    private readonly TestVolume _volume = new();

    public SlowClientTests() => _volume.Publish(new TestFile("index.html", "home"), _large);

    public static TheoryData<string> Bodies => ["--Server:MemoryBudget=64MiB", "--Server:MemoryBudget=0"];

    public void Dispose() => _volume.Dispose();

    [Fact]
    public async Task Headers_AreCutOff_WhenTheyTrickle()
    {
        await using var server = await TestServer.StartAsync(_volume, "--Kestrel:Limits:RequestHeadersTimeout=00:00:01");
        using var connection = new RawConnection(server.Client.BaseAddress!);
        var response = connection.ReadToEndAsync();

        await connection.SendAsync("GET / HTTP/1.1\r\nX: ");
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!response.IsCompleted && await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken))
        {
            try
            {
                await connection.SendAsync("a");
            }
            catch (IOException)
            {
                break; // it has been closed
            }
        }

        Assert.Equal(408, RawHttp.StatusOf(await response));
    }

    [Fact]
    public async Task Connection_IsClosed_WhenNothingMoreIsAsked()
    {
        await using var server = await TestServer.StartAsync(_volume, "--Kestrel:Limits:KeepAliveTimeout=00:00:01");
        using var connection = new RawConnection(server.Client.BaseAddress!);

        await connection.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

        Assert.EndsWith("\r\n\r\nhome", await connection.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Response_IsCutOff_WhenNobodyReadsIt_AndOthersAreServedMeanwhile(string bodies)
    {
        await using var server = await TestServer.StartAsync(
            _volume, bodies, "--Kestrel:Limits:MinResponseDataRate:BytesPerSecond=100000000", "--Kestrel:Limits:MinResponseDataRate:GracePeriod=00:00:01.5");
        var stalled = Enumerable.Range(0, 20).Select(_ => new RawConnection(server.Client.BaseAddress!)).ToList();
        foreach (var connection in stalled)
            await connection.SendAsync("GET /large.txt HTTP/1.1\r\nHost: a\r\n\r\n");

        Assert.Equal("home", await server.Client.GetStringAsync("/", TestContext.Current.CancellationToken));
        await Eventually.TrueAsync(
            () => server.Log.Events.Count(e => e.Category == AccessLog.Category && (string?)e.Fields["Path"] == "/large.txt") == stalled.Count, "the requests to end");

        foreach (var connection in stalled)
        {
            Assert.True((await connection.ReadToEndAsync()).Length < _large.Bytes.Length);
            connection.Dispose();
        }
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Response_IsWhole_WhenTheClientHasClosedItsWritingSide(string bodies)
    {
        await using var server = await TestServer.StartAsync(_volume, bodies);
        using var connection = new RawConnection(server.Client.BaseAddress!);

        await connection.SendAsync("GET /large.txt HTTP/1.1\r\nHost: a\r\n\r\n");
        connection.EndSending();
        var response = await connection.ReadToEndAsync();

        Assert.Equal(200, RawHttp.StatusOf(response));
        Assert.Equal(_large.Bytes.Length, response.Length - response.IndexOf("\r\n\r\n", StringComparison.Ordinal) - 4);
    }
}
