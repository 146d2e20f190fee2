using System.Text.Json;

namespace Samples.Server.Tests;

/// <summary>
/// nginx and the server over one folder, and the same bytes to both. Each difference stands in <c>nginx-differences.json</c>
/// with its reason; one that does not, or no longer happens, fails.
/// </summary>
public sealed class NginxDifferentialTests : IDisposable
{
    private const string Date = "Fri, 02 Jan 2026 03:04:05 GMT";
    private const string Earlier = "Thu, 01 Jan 2026 03:04:05 GMT";
    private const string Later = "Sat, 03 Jan 2026 03:04:05 GMT";

    private static readonly TestFile _page = new("index.html", string.Concat(Enumerable.Repeat("<p>welcome</p>", 2_000)), encoded: true);

    private readonly TestVolume _volume = new();

    public NginxDifferentialTests()
    {
        TestFile[] files =
        [
            _page,
            new("letters.txt", "abcdefghijklmnopqrstuvwxyz"),
            new("empty.txt", ""),
            new("docs/index.html", "docs"),
            new("docs/a b.txt", "space"),
            new("docs/100%.txt", "percent"),
            new("docs/späß.txt", "fun"),
            new("plain/file.txt", "no index here"),
            new("app.js", "let x = 1"),
            new("unknown.xyz", "unknown"),
            new("404.html", "lost"),
            new(".env", "secret"),
            new(".well-known/security.txt", "contact"),
        ];
        var id = _volume.Publish(files);
        foreach (var file in files)
        {
            foreach (var suffix in new[] { "", ".gz", ".br" })
            {
                var path = Path.Combine(_volume.Volume.DirectoryOf(id), "www", file.Path + suffix);
                if (File.Exists(path))
                    File.SetLastWriteTimeUtc(path, TestFile.DefaultModified.UtcDateTime);
            }
        }
    }

    public void Dispose() => _volume.Dispose();

    [Fact]
    public async Task EveryDifferenceFromNginx_IsListedWithItsReason()
    {
        Needs.Program("nginx");
        await using var nginx = await Nginx.StartAsync(Path.Combine(_volume.Volume.Root, "current/www"));
        await using var server = await TestServer.StartAsync(_volume);

        var found = new Dictionary<string, string>();
        foreach (var request in Requests().Distinct())
        {
            var ours = await SendAsync(server.Client.BaseAddress!, request);
            var theirs = await SendAsync(nginx.Url, request);
            if (ours.DifferenceFrom(theirs) is { Length: > 0 } difference)
                found[Name(request)] = difference;
        }

        var listed = JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, string>>>(
            File.ReadAllText(RepositoryRoot.Combine("tests/Samples.Server.Tests/Differential/nginx-differences.json")))!
            .SelectMany(reason => reason.Value).ToDictionary();
        Assert.Equal("", Lines(found.Except(listed)));
        Assert.Equal("", Lines(listed.Except(found)));
    }

    /// <summary>As the list has them, so that they can be pasted into it.</summary>
    private static string Lines(IEnumerable<KeyValuePair<string, string>> differences) => string.Join('\n', differences.Select(d => $"\"{d.Key}\": \"{d.Value}\""));

    private static IEnumerable<string> Requests()
    {
        string[] paths =
        [
            "/", "/index.html", "/letters.txt", "/empty.txt", "/docs/", "/docs", "/docs?a=1&b=%2F", "/docs/a%20b.txt", "/docs/100%25.txt", "/docs/sp%C3%A4%C3%9F.txt",
            "/plain", "/plain/", "/app.js", "/unknown.xyz", "/nothing", "/.env", "/%2eenv", "/.well-known/security.txt", "/letters.txt?q=1",
        ];
        string[] spellings =
        [
            "/docs/./index.html", "/docs/../letters.txt", "/docs/%2e%2e/letters.txt", "/docs/%2E%2E/letters.txt", "/%6cetters.txt", "/x/../docs", "/docs/..", "/docs/.",
            "//", "//letters.txt", "/docs//index.html", "//evil.example/..", "//evil.example/%2e%2e", "//docs", "/docs%2Findex.html", "/docs\\index.html", "/docs%5Cindex.html",
            "/../letters.txt", "/..%2f..%2frelease.json", "/%2e%2e/release.json", "/%252e%252e/release.json", "/release.json", "/docs%00/index.html",
            "/%c0%ae%c0%ae/letters.txt", "/%ff", "/%", "/%zz", "/LETTERS.TXT", "/letters.txt/", "/letters.txt/x", "/letters.txt#x", "/?%zz", "*", "letters.txt",
            "http://site.example/letters.txt", "http://site.example", "http://site.example/docs", "http://other.example/letters.txt", "ftp://site.example/",
        ];
        string[] ranges =
        [
            "bytes=0-0", "bytes=0-4", "bytes=5-", "bytes=-5", "bytes=-100", "bytes=25-25", "bytes=26-", "bytes=25-100", "bytes=-0", "bytes=5-2", "bytes=", "bytes=a-b", "bytes=0-1,4-5",
            "bytes=4-5,0-1", "bytes=0-4,2-8", "bytes=0-1,2-3", "bytes=0-1,100-", "bytes=100-,200-", "bytes=0-0, 2-2 ,-1", "bytes=0-,0-", "items=0-4", "Bytes=0-4", "bytes = 0-4",
            "bytes=0-99999999999999999999", "bytes=" + string.Join(',', Enumerable.Range(0, 13).Select(i => $"{2 * i}-{2 * i}")),
            "bytes=" + string.Join(',', Enumerable.Range(0, 20).Select(i => $"{i}-{i}")),
        ];
        string[] conditions =
        [
            $"If-Modified-Since: {Date}", $"If-Modified-Since: {Earlier}", $"If-Modified-Since: {Later}", "If-Modified-Since: yesterday", $"If-Unmodified-Since: {Date}",
            $"If-Unmodified-Since: {Earlier}", $"If-Unmodified-Since: {Later}", "If-None-Match: *", "If-None-Match: \"x\"", "If-None-Match: W/\"x\"", "If-Match: *", "If-Match: \"x\"",
            $"If-None-Match: \"x\"\r\nIf-Modified-Since: {Date}", $"If-Match: *\r\nIf-Unmodified-Since: {Earlier}", $"If-Modified-Since: {Date}\r\nRange: bytes=0-4",
            $"If-Range: {Date}\r\nRange: bytes=0-4", $"If-Range: {Earlier}\r\nRange: bytes=0-4", $"If-Range: {Later}\r\nRange: bytes=0-4", "If-Range: \"x\"\r\nRange: bytes=0-4",
            "If-Range: \"x\"\r\nRange: bytes=100-",
        ];
        string[] codings = ["gzip", "gzip;q=0", "gzip;q=0.5, identity;q=0", "identity", "*", "*;q=0", "identity;q=0", "br;q=0, gzip", "x-gzip", "gzip;q=1.0", "GZIP", ""];
        string[] odd =
        [
            "Content-Length: 0", "Transfer-Encoding: chunked", "Expect: 100-continue", "Expect: tea", "Upgrade: websocket", "X-Forwarded-For: 1.2.3.4",
            "Accept: application/json", "Range: bytes=0-1\r\nRange: bytes=2-3", "Host: again", "X: a\0b", "X: a\u0001b", "X : a", ": a", "X(: a", "X: a\r\n b", "Cookie: \"", "TE: trailers",
        ];

        foreach (var method in new[] { "GET", "HEAD" })
        {
            foreach (var path in paths.Concat(spellings))
                yield return Request(method, path);
            foreach (var path in new[] { "/letters.txt", "/empty.txt", "/" })
            {
                foreach (var range in ranges)
                    yield return Request(method, path, $"Range: {range}");
            }

            foreach (var condition in conditions)
            {
                yield return Request(method, "/letters.txt", condition);
                yield return Request(method, "/nothing", condition);
            }

            foreach (var coding in codings)
            {
                yield return Request(method, "/", $"Accept-Encoding: {coding}");
                yield return Request(method, "/", $"Accept-Encoding: {coding}\r\nRange: bytes=3-9");
                yield return Request(method, "/letters.txt", $"Accept-Encoding: {coding}");
            }
        }

        foreach (var method in new[] { "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW", "get", "CONNECT" })
        {
            foreach (var path in new[] { "/letters.txt", "/docs", "/nothing", "*" })
                yield return Request(method, path, "Content-Length: 0");
        }

        foreach (var header in odd)
            yield return Request("GET", "/letters.txt", header);
        foreach (var host in new[] { "", "a b", "a/b", "u@b", "b:x", "b:80", "[::1]", "[::1", "a,b", "-", "a..b", "A.EXAMPLE", "a\u0001" })
            yield return $"GET /letters.txt HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n";
        foreach (var line in new[] { "GET /letters.txt HTTP/1.0", "GET /letters.txt HTTP/1.2", "GET /letters.txt HTTP/2.0", "GET /letters.txt HTTP/3.7", "GET /letters.txt http/1.1", "GET  /letters.txt HTTP/1.1", "GET /letters.txt", "G(T / HTTP/1.1" })
            yield return $"{line}\r\nHost: site.example\r\nConnection: close\r\n\r\n";
    }

    private static string Request(string method, string target, string headers = "") =>
        $"{method} {target} HTTP/1.1\r\nHost: site.example\r\nConnection: close\r\n{headers}{(headers.Length > 0 ? "\r\n" : "")}\r\n{(headers == "Transfer-Encoding: chunked" ? "0\r\n\r\n" : "")}";

    private static async Task<Answer> SendAsync(Uri server, string request)
    {
        using var connection = new RawConnection(server);
        await connection.SendAsync(request);
        return Answer.Parse(await connection.ReadToEndAsync(), request.StartsWith("HEAD ", StringComparison.Ordinal));
    }

    /// <summary>The request without what all of them have, on one line.</summary>
    private static string Name(string request) => string.Join(" | ", request
        .Replace("Host: site.example\r\n", "", StringComparison.Ordinal).Replace("Connection: close\r\n", "", StringComparison.Ordinal)
        .Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Where(line => line != "0")
        .Select(AccessLog.Escape)).Replace(" HTTP/1.1", "", StringComparison.Ordinal);
}
