using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Samples.Server;

/// <summary>A file of a release as HTTP knows it, with all header values ready. Immutable.</summary>
internal sealed class Asset
{
    private const string Immutable = "public, max-age=31536000, immutable";
    private const string Revalidate = "no-cache";

    /// <param name="path">From the root of the site, as a decoded URL path: <c>/css/site.css</c>.</param>
    /// <param name="sha256">Of the identity's bytes, 64 hex digits.</param>
    /// <param name="modified">Sent as <c>Last-Modified</c>, to the second.</param>
    /// <param name="identity">The file as it is.</param>
    /// <param name="coded">Its coded forms, the smallest first.</param>
    public Asset(string path, string sha256, DateTimeOffset modified, Representation identity, Representation[] coded)
    {
        Path = path;
        Sha256 = sha256;
        Modified = modified.AddTicks(-(modified.Ticks % TimeSpan.TicksPerSecond));
        Identity = identity;
        Coded = coded;
        IsFingerprinted = Fingerprint.IsIn(path);
        ContentType = MediaTypes.Of(path);
        LastModified = HeaderUtilities.FormatDate(Modified);
        CacheControl = IsFingerprinted ? Immutable : Revalidate;
        Vary = coded.Length > 0 ? HeaderNames.AcceptEncoding : StringValues.Empty;
    }

    public string Path { get; }

    public string Sha256 { get; }

    public DateTimeOffset Modified { get; }

    public Representation Identity { get; }

    public Representation[] Coded { get; }

    public bool IsFingerprinted { get; }

    public StringValues ContentType { get; }

    public StringValues LastModified { get; }

    public StringValues CacheControl { get; }

    public StringValues Vary { get; }

    public IEnumerable<Representation> Representations => Coded.Prepend(Identity);
}
