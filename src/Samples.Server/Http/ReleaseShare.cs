using Microsoft.Extensions.Options;
using Samples.SharedVolume;

namespace Samples.Server;

/// <summary>
/// Hands the current release to the sidecars of other pods, where <c>Server__ShareReleases</c> says so: <c>/_release/manifest</c>, and
/// <c>/_release/files/&lt;sha256&gt;</c> for any file of a release on the volume. So a fleet feeds itself, and only changed bytes travel.
/// </summary>
/// <remarks>It names files by their hash and looks no path of a request up, so there is nothing to be had but releases. Dot-files and rules of a
/// release are part of it: another pod's copy is the same release, with the same id.</remarks>
internal sealed class ReleaseShare(RequestDelegate next, CurrentSite current, Volume volume)
{
    private const string ManifestPath = "/_release/manifest";
    private const string FilesPrefix = "/_release/files/";
    private const string Immutable = "public, max-age=31536000, immutable";

    private static readonly DateTimeOffset _undated = DateTimeOffset.MaxValue;

    private readonly ReleaseShelf _shelf = new(volume);

    public Task InvokeAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        if (!path.StartsWith("/_release/", StringComparison.Ordinal))
            return next(context);
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            return PlainResponse.WriteAsync(context, StatusCodes.Status405MethodNotAllowed, "Releases are for reading.");
        }

        try
        {
            if (path == ManifestPath && current.Site is { } site)
            {
                var manifest = Path.Combine(volume.DirectoryOf(site.ReleaseId), Release.ManifestName);
                return SendAsync(context, manifest, new FileInfo(manifest).Length, site.ReleaseId, "application/json", SiteHeaders.NoCache!);
            }

            if (path.StartsWith(FilesPrefix, StringComparison.Ordinal) && _shelf.Find(path[FilesPrefix.Length..]) is var (file, size))
                return SendAsync(context, file, size, path[FilesPrefix.Length..], "application/octet-stream", Immutable);
        }
        catch (Exception e) when (e is InvalidDataException or FileNotFoundException or DirectoryNotFoundException)
        {
            // Retention has removed it meanwhile, or it is not what its manifest says: there is no such file to be had.
        }

        return PlainResponse.WriteAsync(context, StatusCodes.Status404NotFound, "Not found.");
    }

    public static void Use(WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<ServerOptions>>().Value.ShareReleases)
            app.UseMiddleware<ReleaseShare>();
    }

    private static Task SendAsync(HttpContext context, string path, long size, string tag, string contentType, string cacheControl)
    {
        var (response, record) = (context.Response, ResponseRecord.Of(context));
        var etag = $"\"{tag}\"";
        response.Headers.ETag = etag;
        response.Headers.CacheControl = cacheControl;
        response.Headers.XContentTypeOptions = SiteHeaders.NoSniff;
        if (Preconditions.TryAnswer(context, etag, _undated))
            return Task.CompletedTask;

        response.ContentType = contentType;
        response.ContentLength = size;
        return size == 0 || HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : FileSender.SendAsync(context, new FileBody(path, new HandleAllowance(0)), new ByteRange(0, size - 1), record);
    }
}
