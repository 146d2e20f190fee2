using Microsoft.Extensions.Options;

namespace Samples.Server;

/// <summary>
/// Serves the site, in this order: a forced redirect, a file of the current release, a file of a retained one (fingerprinted names only), what
/// the rest of the pipeline has (YARP's routes), the release's other redirects, the page of a single-page application, the nearest <c>404.html</c> or a plain 404.
/// </summary>
internal sealed class SiteMiddleware(RequestDelegate next, CurrentSite current, IOptions<ServerOptions> options)
{
    private readonly SpaFallback _application = new(options.Value);

    public Task InvokeAsync(HttpContext context)
    {
        // Read once: the request keeps this site to its end, whatever is switched to meanwhile.
        var site = current.Site;
        var path = context.Request.Path.Value ?? "";
        if (site is { Redirects.HasForced: true } && RedirectAsync(context, site, path, forcedOnly: true) is { } redirect)
            return redirect;
        if (site is null || !site.TryGet(path, out var asset))
            return MissAsync(context, site);

        return AnswerAsync(context, site, asset);
    }

    private static Task AnswerAsync(HttpContext context, Site site, Asset asset)
    {
        var record = ResponseRecord.Of(context);
        record.Release = site.ReleaseId;
        var method = context.Request.Method;
        if (HttpMethods.IsGet(method) || HttpMethods.IsHead(method))
            return AssetResponse.WriteAsync(context, site, asset, record);

        SiteHeaders.AddCommon(context.Response.Headers, site);
        context.Response.Headers.Allow = SiteHeaders.Allow;
        if (!HttpMethods.IsOptions(method))
            return PlainResponse.WriteAsync(context, StatusCodes.Status405MethodNotAllowed, $"A file answers to {SiteHeaders.Allow}.");
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private async Task MissAsync(HttpContext context, Site? site)
    {
        var path = context.Request.Path.Value ?? "";
        if (path.Length == 0)
        {
            await AnswerServerWideAsync(context, site).ConfigureAwait(false);
            return;
        }

        if (site is not null && site.IsFolderWithoutSlash(path) && !IsUnsafe(context.Request.Method))
        {
            RedirectToFolder(context, site, path);
            return;
        }

        if (site?.Listing?.Of(path) is { } entries && !IsUnsafe(context.Request.Method))
        {
            await FolderResponse.WriteAsync(context, site, path, entries).ConfigureAwait(false);
            return;
        }

        if (current.FindRetained(path) is var (retained, asset) && await TryAnswerRetainedAsync(context, retained, asset).ConfigureAwait(false))
            return;

        ResponseRecord.Of(context).Site = site;
        await next(context).ConfigureAwait(false);
        if (context.GetEndpoint() is null && !context.Response.HasStarted)
            await FallBackAsync(context, site, path).ConfigureAwait(false);
    }

    /// <summary>The target <c>*</c> (RFC 9112 §3.2.4) has no path, and only OPTIONS may ask for it.</summary>
    private static Task AnswerServerWideAsync(HttpContext context, Site? site)
    {
        if (!HttpMethods.IsOptions(context.Request.Method))
            return PlainResponse.WriteAsync(context, StatusCodes.Status400BadRequest, "The request has no path.");
        SiteHeaders.AddCommon(context.Response.Headers, site);
        context.Response.Headers.Allow = SiteHeaders.Allow;
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    /// <summary>
    /// Relative to the host, the query kept. It leads to nothing but a folder of this release, whose name starts with one slash and has
    /// no empty part, and all that is not a path character is encoded: it cannot become another host's address.
    /// </summary>
    private static void RedirectToFolder(HttpContext context, Site site, string path)
    {
        SiteHeaders.AddCommon(context.Response.Headers, site);
        ResponseRecord.Of(context).Release = site.ReleaseId;
        context.Response.StatusCode = StatusCodes.Status301MovedPermanently;
        context.Response.ContentLength = 0;
        context.Response.Headers.CacheControl = SiteHeaders.NoCache;
        context.Response.Headers.Location = new PathString(path + "/").ToUriComponent() + context.Request.QueryString.ToUriComponent();
    }

    /// <summary>False where retention has removed the file since it was looked up; then nothing has been sent.</summary>
    private static async Task<bool> TryAnswerRetainedAsync(HttpContext context, Site site, Asset asset)
    {
        try
        {
            ResponseRecord.Of(context).Source = ServerTiming.Previous;
            await AnswerAsync(context, site, asset).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException && !context.Response.HasStarted)
        {
            context.Response.Clear();
            (ResponseRecord.Of(context).Release, ResponseRecord.Of(context).Source) = (null, null);
            return false;
        }
    }

    /// <summary>What no file and no route answers.</summary>
    private Task FallBackAsync(HttpContext context, Site? site, string path)
    {
        context.Response.Clear();
        if (site is not null && RedirectAsync(context, site, path, forcedOnly: false) is { } redirect)
            return redirect;
        if (site is not null && !IsUnsafe(context.Request.Method) && _application.Takes(path) && site.TryGet(_application.Page!, out var page))
            return AnswerAsync(context, site, page);
        return NotFoundAsync(context, site, path);
    }

    /// <summary>Null where no rule is for the path, or it leads to a file that the release does not have.</summary>
    private static Task? RedirectAsync(HttpContext context, Site site, string path, bool forcedOnly)
    {
        if (site.Redirects.Find(path, forcedOnly) is not var (rule, captured))
            return null;
        if (!rule.IsRewrite)
            return RedirectResponse.WriteAsync(context, site, rule, captured);
        if (!site.TryGet(rule.FileFor(captured), out var target))
            return null;
        return rule.Status == StatusCodes.Status200OK ? AnswerAsync(context, site, target) : RedirectResponse.WritePageAsync(context, site, rule, target);
    }

    private static Task NotFoundAsync(HttpContext context, Site? site, string path)
    {
        SiteHeaders.AddCommon(context.Response.Headers, site);
        if (site is null)
        {
            context.Response.Headers.RetryAfter = "1";
            return PlainResponse.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "There is no release to serve yet.");
        }

        var record = ResponseRecord.Of(context);
        record.Release = site.ReleaseId;
        if (site.ErrorPages.NotFoundFor(path) is not { } page)
            return PlainResponse.WriteAsync(context, StatusCodes.Status404NotFound, "Not found.");
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return AssetResponse.WriteInsteadAsync(context, page, record);
    }

    private static bool IsUnsafe(string method) => !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method);
}
