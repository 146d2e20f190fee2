using System.Net;
using System.Net.Http.Headers;

namespace Samples.Server.Tests;

/// <summary>Each once with the bodies in memory and once with all of them on the volume: nobody must see a difference.</summary>
public sealed class AssetResponseTests : IDisposable
{
    private const string FromMemory = "--Server:MemoryBudget=64MiB";
    private const string FromVolume = "--Server:MemoryBudget=0";

    private static readonly TestFile _page = new("index.html", string.Concat(Enumerable.Repeat("<p>welcome</p>", 20_000)), encoded: true);
    private static readonly TestFile _script = new("app.3f9c2a1b.js", "let x = 1");
    private static readonly TestFile _empty = new("empty.txt", "");

    private readonly TestVolume _volume = new();

    public AssetResponseTests() => _volume.Publish(_page, _script, _empty);

    public static TheoryData<string> Bodies => [FromMemory, FromVolume];

    public void Dispose() => _volume.Dispose();

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Get_NegotiatesTheCoding_WithATagEach(string bodies)
    {
        await using var server = await TestServer.StartAsync(_volume, bodies);

        foreach (var (accept, coding, body) in new[] { ("", null, _page.Bytes), ("gzip, br", "br", _page.Brotli), ("gzip", "gzip", _page.Gzip) })
        {
            using var response = await SendAsync(server, HttpMethod.Get, "/", ("Accept-Encoding", accept));

            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(body, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
            Assert.Equal(body.Length, response.Content.Headers.ContentLength);
            Assert.Equal(coding, response.Content.Headers.ContentEncoding.SingleOrDefault());
            Assert.Equal(coding is null ? _page.ETag : $"{_page.ETag[..^1]}-{coding}\"", response.Headers.ETag?.ToString());
            Assert.Equal("Accept-Encoding", response.Headers.Vary.Single());
            Assert.Equal(TestFile.DefaultModified, response.Content.Headers.LastModified);
        }
    }

    [Theory]
    [InlineData("/", "no-cache")]
    [InlineData("/app.3f9c2a1b.js", "public, max-age=31536000, immutable")]
    public async Task Get_CachesForEver_WhatIsFingerprinted(string path, string cacheControl)
    {
        await using var server = await TestServer.StartAsync(_volume);

        using var response = await SendAsync(server, HttpMethod.Get, path);

        Assert.Equal(cacheControl, string.Join(", ", response.Headers.NonValidated["Cache-Control"]));
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Head_HasTheHeadersOfGet(string bodies)
    {
        await using var server = await TestServer.StartAsync(_volume, bodies);

        foreach (var path in new[] { "/", "/app.3f9c2a1b.js", "/empty.txt", "/nothing" })
        {
            using var get = await SendAsync(server, HttpMethod.Get, path, ("Accept-Encoding", "br"));
            using var head = await SendAsync(server, HttpMethod.Head, path, ("Accept-Encoding", "br"), ("Range", "bytes=0-0"));

            Assert.Equal(get.StatusCode, head.StatusCode);
            Assert.Equal(HeadersOf(get), HeadersOf(head));
            Assert.Empty(await head.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task Get_Answers304_WithWhatACacheNeeds()
    {
        await using var server = await TestServer.StartAsync(_volume);

        using var response = await SendAsync(server, HttpMethod.Get, "/", ("Accept-Encoding", "br"), ("If-None-Match", $"{_page.ETag[..^1]}-br\""));

        Assert.Equal(HttpStatusCode.NotModified, response.StatusCode);
        Assert.Equal(["Cache-Control", "Date", "ETag", "Last-Modified", "Referrer-Policy", "Vary", "X-Content-Type-Options", "X-Frame-Options", "X-Release"], NamesOf(response));
    }

    [Fact]
    public async Task Get_Sends200_WhenTheTagIsAnotherCodings()
    {
        await using var server = await TestServer.StartAsync(_volume);

        using var response = await SendAsync(server, HttpMethod.Get, "/", ("If-None-Match", $"{_page.ETag[..^1]}-br\""));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Get_Answers412_AndNoBody()
    {
        await using var server = await TestServer.StartAsync(_volume);

        using var response = await SendAsync(server, HttpMethod.Get, "/", ("If-Match", "\"another\""));

        Assert.Equal(HttpStatusCode.PreconditionFailed, response.StatusCode);
        Assert.Equal(0, response.Content.Headers.ContentLength);
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Get_SendsAPart_OfTheSelectedCoding(string bodies)
    {
        await using var server = await TestServer.StartAsync(_volume, bodies);

        foreach (var (accept, body) in new[] { ("", _page.Bytes), ("br", _page.Brotli) })
        {
            using var response = await SendAsync(server, HttpMethod.Get, "/", ("Accept-Encoding", accept), ("Range", "bytes=3-9"));

            Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
            Assert.Equal(body[3..10], await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
            Assert.Equal($"bytes 3-9/{body.Length}", response.Content.Headers.ContentRange?.ToString());
            Assert.Equal("Accept-Encoding", response.Headers.Vary.Single());
        }
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Get_SendsAPart_AcrossChunks(string bodies)
    {
        await using var server = await TestServer.StartAsync(_volume, bodies);

        using var response = await SendAsync(server, HttpMethod.Get, "/", ("Range", "bytes=-200000"));

        Assert.Equal(_page.Bytes[^200_000..], await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("bytes=0-4", null, HttpStatusCode.PartialContent)]
    [InlineData("bytes=0-4", "ETag", HttpStatusCode.PartialContent)]
    [InlineData("bytes=0-4", "Fri, 02 Jan 2026 03:04:05 GMT", HttpStatusCode.PartialContent)]
    [InlineData("bytes=0-4", "\"stale\"", HttpStatusCode.OK)]
    [InlineData("bytes=0-4", "Thu, 01 Jan 2026 03:04:05 GMT", HttpStatusCode.OK)]
    [InlineData("bytes=999999999-", "\"stale\"", HttpStatusCode.OK)]
    [InlineData("items=0-4", null, HttpStatusCode.OK)]
    [InlineData("bytes=0-1,4-5", null, HttpStatusCode.PartialContent)]
    [InlineData("bytes=0-1,4-5", "\"stale\"", HttpStatusCode.OK)]
    public async Task Get_HonoursIfRange(string range, string? ifRange, HttpStatusCode status)
    {
        await using var server = await TestServer.StartAsync(_volume);

        using var response = ifRange is null
            ? await SendAsync(server, HttpMethod.Get, "/", ("Range", range))
            : await SendAsync(server, HttpMethod.Get, "/", ("Range", range), ("If-Range", ifRange == "ETag" ? _page.ETag : ifRange));

        Assert.Equal(status, response.StatusCode);
    }

    [Theory]
    [InlineData("/", "bytes=280000-", 280_000)]
    [InlineData("/", "bytes=-0", 280_000)]
    [InlineData("/empty.txt", "bytes=0-", 0)]
    public async Task Get_Answers416_WithTheLength(string path, string range, long length)
    {
        await using var server = await TestServer.StartAsync(_volume);

        using var response = await SendAsync(server, HttpMethod.Get, path, ("Range", range));

        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, response.StatusCode);
        Assert.Equal($"bytes */{length}", response.Content.Headers.ContentRange?.ToString());
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Get_ServesAnEmptyFile(string bodies)
    {
        await using var server = await TestServer.StartAsync(_volume, bodies);

        using var response = await SendAsync(server, HttpMethod.Get, "/empty.txt", ("Range", "bytes=-5"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(0, response.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task Get_Answers406_WhenNoCodingIsAcceptable()
    {
        await using var server = await TestServer.StartAsync(_volume);

        using var response = await SendAsync(server, HttpMethod.Get, "/", ("Accept-Encoding", "identity;q=0"));

        Assert.Equal(HttpStatusCode.NotAcceptable, response.StatusCode);
        Assert.Equal("Accept-Encoding", response.Headers.Vary.Single());
    }

    private static async Task<HttpResponseMessage> SendAsync(TestServer server, HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        foreach (var (name, value) in headers.Where(h => h.Value.Length > 0))
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        return await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static IEnumerable<string> HeadersOf(HttpResponseMessage response) =>
        All(response).Where(h => h.Key != "Date").Select(h => $"{h.Key}: {string.Join(", ", h.Value)}").Order();

    private static IEnumerable<string> NamesOf(HttpResponseMessage response) => All(response).Select(h => h.Key).Order(StringComparer.Ordinal);

    private static IEnumerable<KeyValuePair<string, HeaderStringValues>> All(HttpResponseMessage response) =>
        response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated);
}
