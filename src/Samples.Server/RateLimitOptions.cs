using Samples.Hosting;

namespace Samples.Server;

/// <summary>What one client may ask of the site; nginx's <c>limit_req</c> and <c>limit_conn</c>.</summary>
public sealed class RateLimitOptions
{
    /// <summary>Over time; 0 for no limit.</summary>
    [WholeNumber(0, 1_000_000)]
    public int RequestsPerSecond { get; set; }

    /// <summary>At once, after a pause; 0 for as many as in a second.</summary>
    [WholeNumber(0, 1_000_000)]
    public int Burst { get; set; }

    /// <summary>In flight at a time; 0 for no limit.</summary>
    [WholeNumber(0, 1_000_000)]
    public int ConcurrentRequests { get; set; }
}
