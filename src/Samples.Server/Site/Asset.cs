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
    /// <param name="contentType">In place of the extension's; null for that.</param>
    public Asset(string path, string sha256, DateTimeOffset modified, Representation identity, Representation[] coded, string? contentType = null)
    {
        Path = path;
        Sha256 = sha256;
        Modified = modified.AddTicks(-(modified.Ticks % TimeSpan.TicksPerSecond));
        Identity = identity;
        Coded = coded;
        IsFingerprinted = Fingerprint.IsIn(path);
        ContentType = contentType ?? MediaTypes.Of(path);
        LastModified = HeaderUtilities.FormatDate(Modified);
        CacheControl = IsFingerprinted ? Immutable : Revalidate;
        Vary = coded.Length > 0 ? HeaderNames.AcceptEncoding : StringValues.Empty;
    }

    /// <summary>The same file under headers of its own, those that every file has among them.</summary>
    private Asset(Asset asset, HeaderSet headers)
    {
        (Path, Sha256, Modified, Identity, Coded, IsFingerprinted) = (asset.Path, asset.Sha256, asset.Modified, asset.Identity, asset.Coded, asset.IsFingerprinted);
        LastModified = asset.LastModified;
        (var contentType, headers) = headers.Take(HeaderNames.ContentType);
        (var cacheControl, headers) = headers.Take(HeaderNames.CacheControl);
        (var vary, Headers) = headers.Take(HeaderNames.Vary);
        ContentType = contentType ?? asset.ContentType;
        CacheControl = cacheControl ?? asset.CacheControl;
        Vary = vary is not { Count: > 0 } more ? asset.Vary : asset.Vary.Count == 0 ? more : $"{asset.Vary}, {more}";
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

    /// <summary>What the release's <c>_headers</c> adds to the headers above and those of every response, or takes from them.</summary>
    public HeaderSet Headers { get; } = HeaderSet.Empty;

    public ReadyAnswers Ready => field ??= new(this);

    /// <summary>The same file with what <c>_headers</c> says of one of its names.</summary>
    public Asset With(HeaderSet headers) => new(this, headers);

    public IEnumerable<Representation> Representations => Coded.Prepend(Identity);
}
