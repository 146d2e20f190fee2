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

    /// <summary>Bytes of small files kept ready in memory; 0 reads every file from the volume.</summary>
    public ByteSize MemoryBudget { get; set; } = ByteSize.FromMiB(64);

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
