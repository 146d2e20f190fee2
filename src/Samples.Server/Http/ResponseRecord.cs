namespace Samples.Server;

/// <summary>What the access log and the metrics want to know of a response and its headers do not tell.</summary>
internal sealed class ResponseRecord
{
    /// <summary>The record of a request to the site; <see cref="TrafficMiddleware"/> gives each one.</summary>
    public static ResponseRecord Of(HttpContext context) =>
        context.Features.Get<ResponseRecord>() ?? throw new InvalidOperationException("The request did not come through the traffic middleware.");

    /// <summary>The site that the request started with, where the rest of the pipeline was asked; null before the first release.</summary>
    public Site? Site { get; set; }

    /// <summary>The release that answered, or null.</summary>
    public string? Release { get; set; }

    /// <summary>Where the body came from, see <see cref="ServerTiming"/>; null where there is none, or it is proxied.</summary>
    public string? Source { get; set; }

    /// <summary>The content coding sent, or null.</summary>
    public string? Coding { get; set; }

    /// <summary>Bytes of the body handed to the connection.</summary>
    public long BodyBytes { get; set; }
}
