using Microsoft.Extensions.Options;
using Samples.Hosting;

namespace Samples.Server;

/// <summary>The settings of the server, <c>Server__…</c>.</summary>
public sealed class ServerOptions
{
    public const string SectionName = "Server";

    /// <summary>Where the site and the YARP routes are served. <c>Kestrel__Endpoints__…</c> adds more, TLS ones too.</summary>
    [ListenUrl]
    public string Url { get; set; } = "http://*:8080";

    /// <summary>Where <c>/healthz</c>, <c>/readyz</c> and <c>/metrics</c> are served, and nothing else is.</summary>
    [ListenUrl]
    public string ManagementUrl { get; set; } = "http://*:8081";

    /// <summary>One log event for each request to the site.</summary>
    public bool AccessLog { get; set; } = true;

    /// <summary>
    /// Whether a fingerprinted name that the current release lacks is looked up in the retained ones, so that a
    /// page loaded before a switch still finds its scripts and styles after it.
    /// </summary>
    public bool FallbackToPrevious { get; set; } = true;

    /// <summary>Names of the files that stand for their folder, the first that is there; parted by spaces.</summary>
    [FileNames]
    public string IndexFiles { get; set; } = "index.html";

    /// <summary>Whether <c>/about</c> is a name of <c>about.html</c> as well.</summary>
    public bool CleanUrls { get; set; } = true;

    /// <summary>The page of a single-page application, served for every path without an extension that nothing else answers.</summary>
    [SitePath]
    public string? SpaFallback { get; set; }

    /// <summary>Paths below which there is no <see cref="SpaFallback"/>; parted by spaces.</summary>
    [SitePaths]
    public string? SpaExclude { get; set; }

    /// <summary>
    /// Headers of every response about the site, proxied ones aside; a release's <c>_headers</c> has the last word. An empty value takes one away.
    /// </summary>
    public IDictionary<string, string> Headers { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["Referrer-Policy"] = "strict-origin-when-cross-origin",
        ["X-Content-Type-Options"] = "nosniff",
        ["X-Frame-Options"] = "SAMEORIGIN",
    };

    /// <summary>Media types by extension, <c>.ext</c>, in place of those that the server knows.</summary>
    public IDictionary<string, string> MediaTypes { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a folder without an index answers with a list of what it holds.</summary>
    public bool DirectoryListing { get; set; }

    [ValidateObjectMembers]
    public RateLimitOptions RateLimit { get; set; } = new();

    /// <summary>Whether <c>Server-Timing</c> tells the release and the source of an answer; null for in Development only.</summary>
    public bool? ServerTiming { get; set; }

    /// <summary>Whether other pods' sidecars may fetch releases from here, at <c>/_release/</c>.</summary>
    public bool ShareReleases { get; set; }

    /// <summary>Bytes of small files kept ready in memory; 0 reads every file from the volume.</summary>
    public ByteSize MemoryBudget { get; set; } = ByteSize.FromMiB(64);

    /// <summary>Whether plain requests for what is in memory are answered on the connection itself (Linux).</summary>
    public bool FastPath { get; set; } = true;

    /// <summary>Ranges that one request may ask for at once; a request for more gets the whole file.</summary>
    [WholeNumber(1, 1000)]
    public int MaxRanges { get; set; } = 16;

    /// <summary>Networks whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are believed, comma between them; empty trusts nobody.</summary>
    [Networks]
    public string TrustedProxies { get; set; } = "";

    /// <summary>How long requests in flight may take to finish once the server was asked to stop.</summary>
    [Duration("00:00:00", "01:00:00")]
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(20);
}
