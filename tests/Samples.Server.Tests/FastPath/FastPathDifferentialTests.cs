using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace Samples.Server.Tests;

/// <summary>The same bytes to a server with the fast path and to one without, over one volume: what comes back must be the same but for the date.</summary>
public sealed partial class FastPathDifferentialTests : IAsyncLifetime
{
    private const int Seed = 20260102;
    private const int Connections = 3000;
    private const int MaxAttempts = 5;
    /// <summary>A header that tells the test that a request was not damaged.</summary>
    private const string Whole = "X-Whole: yes";

    private const string Date = "Fri, 02 Jan 2026 03:04:05 GMT";

    private static readonly string[] _plainTargets =
    [
        "/", "/index.html", "/letters.txt", "/letters.txt?q=1", "/letters.txt?%zz", "/empty.txt", "/docs/", "/app.1a2b3c4d5e6f.js", "/large.bin", "/ruled.txt", "/about",
    ];

    private static readonly string[] _otherTargets =
    [
        "/bare.txt", "/letters.txt?a/../b#c", "/docs", "/docs/a%20b.txt", "/old", "/forced", "/nothing", "/.env", "/.well-known/security.txt", "//letters.txt", "/docs/../letters.txt", "/LETTERS.TXT",
        "/letters.txt/", "/%6cetters.txt", "/letters.txt#x", "*", "letters.txt", "http://site.example/letters.txt", "/letters.txt;v=1", "/lett\u00e9rs.txt",
    ];

    private static readonly string[] _plainHeaders =
    [
        "Connection: keep-alive", "Accept-Encoding: br, gzip", "Accept-Encoding: gzip, deflate, br, zstd", "Accept-Encoding: br;q=0.5, gzip", "Accept-Encoding:", "If-None-Match: *",
        "If-None-Match: \"x\", ETAG", "If-None-Match: W/ETAG", "If-None-Match:", $"If-Modified-Since: {Date}", "If-Modified-Since: never", "Cookie: a=b; c=\"d\"", "X-Under_Score: 1",
        "User-Agent: tests/1.0 (x; y)", "Referer: http://from.example/", "Accept: text/html,*/*;q=0.8", "Accept: application/json", "Keep-Alive: timeout=5", "Cache-Control: no-cache",
        "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "Upgrade-Insecure-Requests: 1", "Sec-Fetch-Mode: navigate", "X-Forwarded-For: 10.1.2.3", "TE: trailers",
    ];

    private static readonly string[] _otherHeaders =
    [
        "Host: site.example", "Host: a b", "Host:", "Connection: close", "Connection: Keep-Alive, Upgrade", "Connection: x", "Accept-Encoding: identity;q=0", "Accept-Encoding: *;q=0",
        "If-Match: *", "If-Match: \"x\"", $"If-Unmodified-Since: {Date}", "Range: bytes=0-4", "Range: bytes=0-1,4-5", "If-Range: ETAG", "Content-Length: 0", "Content-Length: 3\r\n\r\nabc",
        "Content-Length: x", "Transfer-Encoding: chunked\r\n\r\n0", "Expect: 100-continue", "Upgrade: h2c", "Trailer: X", "X: a\tb", "X: \u0001", "X: a\u00e9", "X : a", "X(: a", ": a", "X", " folded",
    ];

    private static readonly string[] _hosts = ["site.example", "127.0.0.1:8080", "[::1]:8080", "b:99999", "b:", "b:x", "-", "a..b", "A.EXAMPLE", "a/b", "u@b", ""];

    private readonly TestVolume _volume = new();
    private TestServer _with = null!, _without = null!;

    public async ValueTask InitializeAsync()
    {
        // Every header that a release may set, so that the order of all that Kestrel knows is compared.
        var names = typeof(HeaderNames).GetFields().Select(field => (string)field.GetValue(null)!)
            .Where(name => HeaderSyntax.CheckName(name) is null && name != HeaderNames.ContentType && name != HeaderNames.Vary).Append("X-One").Append("A-Two").OrderBy(name => name.Length);
        _volume.Publish(
            new TestFile("index.html", string.Concat(Enumerable.Repeat("<p>welcome</p>", 500)), encoded: true),
            new("letters.txt", "abcdefghijklmnopqrstuvwxyz"),
            new("empty.txt", ""),
            new("docs/index.html", "docs"),
            new("docs/a b.txt", "space"),
            new("app.1a2b3c4d5e6f.js", "let x = 1", encoded: true),
            new("large.bin", new string('l', 900_000)),
            new("ruled.txt", "ruled"),
            new("bare.txt", "bare"),
            new("about.html", "about"),
            new("404.html", "lost"),
            new(".env", "secret"),
            new(".well-known/security.txt", "contact"),
            new("_headers", $"/ruled.txt\n{string.Concat(names.Select(name => $"  {name}: of {name}\n"))}  Vary: Cookie\n/bare.txt\n  ! Referrer-Policy\n  X-One: 1\n"),
            new("_redirects", "/old /letters.txt 301\n"));
        _with = await StartAsync(fastPath: true);
        _without = await StartAsync(fastPath: false);
    }

    public async ValueTask DisposeAsync()
    {
        await _with.DisposeAsync();
        await _without.DisposeAsync();
        _volume.Dispose();
    }

    [Fact]
    public async Task Bytes_AreTheSame_WhateverIsAsked()
    {
        var random = new Random(Seed);
        var etag = (await _without.Client.GetAsync("/letters.txt", TestContext.Current.CancellationToken)).Headers.ETag!.Tag;
        for (var i = 0; i < Connections; i++)
        {
            var requests = Enumerable.Range(0, random.Next(1, 6)).Select(_ => Request(random).Replace("ETAG", etag, StringComparison.Ordinal)).ToArray();
            var inOneGo = random.Next(8) == 0;

            var (same, with, without) = await CompareAsync(requests, inOneGo);

            Assert.True(same, $"Connection {i} of seed {Seed}:\n{AccessLog.Escape(string.Concat(requests))}\nwith:\n{with}\nwithout:\n{without}");
        }

        Assert.Equal(0, _without.Services.GetRequiredService<FastPath>().Answered);
        Assert.InRange(_with.Services.GetRequiredService<FastPath>().Answered, Connections / 3, long.MaxValue);
    }

    [Theory]
    [InlineData("/ruled.txt")]
    [InlineData("/bare.txt")]
    [InlineData("/")]
    public async Task Headers_HaveKestrelsOrder(string target)
    {
        string[] requests = [$"GET {target} HTTP/1.1\r\nHost: a\r\n{Whole}\r\n\r\n"];

        Assert.Equal(await AskAsync(_without, requests, inOneGo: false), await AskAsync(_with, requests, inOneGo: false));
    }

    /// <summary>What is not whole is not waited for long.</summary>
    private Task<TestServer> StartAsync(bool fastPath) => TestServer.StartAsync(
        _volume, $"--Server:FastPath={fastPath}", "--Kestrel:Limits:RequestHeadersTimeout=00:00:01", "--Kestrel:Limits:MinRequestBodyDataRate:BytesPerSecond=1000",
        "--Kestrel:Limits:MinRequestBodyDataRate:GracePeriod=00:00:01.1");

    /// <summary>What a reset has cut is the beginning of the other; cut at a date or a boundary it may not look so, and is asked for again.</summary>
    private async Task<(bool Same, string With, string Without)> CompareAsync(string[] requests, bool inOneGo)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (with, withIsCut) = await AskAsync(_with, requests, inOneGo);
            var (without, withoutIsCut) = await AskAsync(_without, requests, inOneGo);
            var same = with == without || (withIsCut && without.StartsWith(with, StringComparison.Ordinal)) || (withoutIsCut && with.StartsWith(without, StringComparison.Ordinal));
            if (same || attempt == MaxAttempts || !(withIsCut || withoutIsCut))
                return (same, with, without);
        }
    }

    private static string Request(Random random)
    {
        var target = Pick(random, random.Next(4) == 0 ? _otherTargets : _plainTargets);
        var line = random.Next(40) switch
        {
            0 => $"POST {target} HTTP/1.1",
            1 => $"GET {target} HTTP/1.0",
            2 => $"get {target} HTTP/1.1",
            3 => $"GET  {target} HTTP/1.1",
            < 9 => $"HEAD {target} HTTP/1.1",
            _ => $"GET {target} HTTP/1.1",
        };
        var headers = Enumerable.Range(0, random.Next(5)).Select(_ => Pick(random, random.Next(8) == 0 ? _otherHeaders : _plainHeaders))
            .Prepend($"{(random.Next(2) == 0 ? "Host" : "host")}: {(random.Next(8) == 0 ? Pick(random, _hosts) : _hosts[0])}");
        var request = string.Join("\r\n", headers.Prepend(line)) + "\r\n\r\n";
        return random.Next(10) == 0 ? Damage(request, random) : request.Replace("\r\n\r\n", $"\r\n{Whole}\r\n\r\n", StringComparison.Ordinal);
    }

    /// <summary>One byte more, less, or other than it was; or the rest is missing.</summary>
    private static string Damage(string request, Random random)
    {
        var (at, other) = (random.Next(request.Length), "\0\t\n\r \u007f\u0080\u00ff%/:?"[random.Next(12)].ToString());
        return random.Next(4) switch
        {
            0 => request.Insert(at, other),
            1 => request.Remove(at, 1),
            2 => request.Remove(at, 1).Insert(at, other),
            _ => request[..at],
        };
    }

    private static string Pick(Random random, string[] choices) => choices[random.Next(choices.Length)];

    /// <summary>
    /// Sends requests on one connection, all at once or each when the one before has begun to be answered, and at last one that ends it; returns
    /// all that comes.
    /// </summary>
    private static async Task<(string Response, bool IsCut)> AskAsync(TestServer server, string[] requests, bool inOneGo)
    {
        const string Last = "GET /letters.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        using var connection = new RawConnection(server.Client.BaseAddress!);
        foreach (var request in inOneGo ? [string.Concat(requests)] : requests)
        {
            await connection.TrySendAsync(request);
            if (!inOneGo && request.Contains(Whole, StringComparison.Ordinal))
                await connection.ReadSomeAsync();
        }

        await connection.TrySendAsync(Last);
        var response = await connection.ReadToEndAsync();
        response = BoundaryInHead().Matches(response).Select(match => match.Value["boundary=".Length..]).Distinct()
            .Aggregate(DateInHead().Replace(response, "Date: now"), (text, boundary) => text.Replace(boundary, "BOUNDARY", StringComparison.Ordinal));
        return (response, connection.WasReset);
    }

    [GeneratedRegex(@"(?<=\r\n)Date: \w{3}, [^\r]+ GMT")]
    private static partial Regex DateInHead();

    [GeneratedRegex(@"boundary=\S+")]
    private static partial Regex BoundaryInHead();
}
