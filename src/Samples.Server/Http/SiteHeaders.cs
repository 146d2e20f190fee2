using Microsoft.Extensions.Primitives;

namespace Samples.Server;

/// <summary>Header names and values that do not depend on the asset, made once.</summary>
internal static class SiteHeaders
{
    public const string Release = "X-Release";

    /// <summary>What a file of a release answers to.</summary>
    public static readonly StringValues Allow = "GET, HEAD, OPTIONS";

    public static readonly StringValues AcceptRanges = "bytes";
    public static readonly StringValues NoCache = "no-cache";
    public static readonly StringValues NoStore = "no-store";
    public static readonly StringValues NoSniff = "nosniff";
    public static readonly StringValues PlainText = "text/plain; charset=utf-8";

    /// <summary>Sent with every response about the site, whatever its status.</summary>
    public static void AddCommon(IHeaderDictionary headers, Site? site)
    {
        if (site is null)
            return;
        headers[Release] = site.ReleaseHeader;
        site.DefaultHeaders.Apply(headers);
    }
}
