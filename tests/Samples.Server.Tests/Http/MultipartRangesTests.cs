using System.Net;
using System.Text;

namespace Samples.Server.Tests;

public sealed class MultipartRangesTests : IDisposable
{
    private static readonly TestFile _text = new("letters.txt", "abcdefghijklmnopqrstuvwxyz");
    private static readonly TestFile _page = new("index.html", string.Concat(Enumerable.Repeat("<p>welcome</p>", 20_000)), encoded: true);

    private readonly TestVolume _volume = new();

    public MultipartRangesTests() => _volume.Publish(_text, _page);

    public void Dispose() => _volume.Dispose();

    [Theory]
    [InlineData("--Server:MemoryBudget=64MiB")]
    [InlineData("--Server:MemoryBudget=0")]
    public async Task Get_SendsEachPart_WithItsTypeAndRange(string bodies)
    {
        await using var server = await TestServer.StartAsync(_volume, bodies);

        using var response = await GetAsync(server, "/letters.txt", "bytes=20-22,0-1,-2");

        var boundary = _text.ETag.Trim('"');
        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        Assert.Equal($"multipart/byteranges; boundary={boundary}", response.Content.Headers.ContentType?.ToString());
        Assert.False(response.Content.Headers.Contains("Content-Range")); // it is the parts' (RFC 9110 §15.3.7.2)
        Assert.Equal(string.Concat(
            Part(boundary, "20-22/26", "uvw"), Part(boundary, "0-1/26", "ab"), Part(boundary, "24-25/26", "yz"), $"\r\n--{boundary}--\r\n"),
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Get_SendsPartsOfALargeFile_Whole()
    {
        await using var server = await TestServer.StartAsync(_volume, "--Server:MemoryBudget=0");

        using var response = await GetAsync(server, "/", "bytes=0-99999,150000-249999");

        var body = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal(body.Length, response.Content.Headers.ContentLength);
        Assert.Contains(Encoding.UTF8.GetString(_page.Bytes[..100_000]), Encoding.UTF8.GetString(body), StringComparison.Ordinal);
        Assert.Contains(Encoding.UTF8.GetString(_page.Bytes[150_000..250_000]), Encoding.UTF8.GetString(body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_SendsOnePart_WhenTheRangesAreOne()
    {
        await using var server = await TestServer.StartAsync(_volume);

        using var response = await GetAsync(server, "/letters.txt", "bytes=3-5,0-2,4-8");

        Assert.Equal("bytes 0-8/26", response.Content.Headers.ContentRange?.ToString());
        Assert.Equal("abcdefghi", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("bytes=0-0,2-2,4-4", "")] // more than MaxRanges
    [InlineData("bytes=0-0,x", "")]
    [InlineData("bytes=0-0,2-2", "br")] // of a coding
    public async Task Get_SendsTheWholeFile_ForWhatItDoesNotSplit(string range, string accept)
    {
        await using var server = await TestServer.StartAsync(_volume, "--Server:MaxRanges=2");

        using var response = await GetAsync(server, "/", range, accept);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(accept == "br" ? _page.Brotli : _page.Bytes, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    private static string Part(string boundary, string range, string text) =>
        $"\r\n--{boundary}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Range: bytes {range}\r\n\r\n{text}";

    private static async Task<HttpResponseMessage> GetAsync(TestServer server, string path, string range, string accept = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Accept-Encoding", accept } } };
        Assert.True(request.Headers.TryAddWithoutValidation("Range", range));
        return await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
