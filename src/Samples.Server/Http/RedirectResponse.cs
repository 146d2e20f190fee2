namespace Samples.Server;

/// <summary>Answers as a rule of <c>_redirects</c> says.</summary>
internal static class RedirectResponse
{
    /// <summary>For a rule that redirects. The next release may say otherwise, so it is not to be kept without asking again.</summary>
    public static Task WriteAsync(HttpContext context, Site site, Redirect rule, string[] captured)
    {
        SiteHeaders.AddCommon(context.Response.Headers, site);
        ResponseRecord.Of(context).Release = site.ReleaseId;
        context.Response.StatusCode = rule.Status;
        context.Response.ContentLength = 0;
        context.Response.Headers.CacheControl = SiteHeaders.NoCache;
        context.Response.Headers.Location = rule.LocationFor(captured, context.Request.QueryString.ToUriComponent());
        return Task.CompletedTask;
    }

    /// <summary>For a rule that answers 404 or 410 with a page.</summary>
    public static Task WritePageAsync(HttpContext context, Site site, Redirect rule, Asset page)
    {
        SiteHeaders.AddCommon(context.Response.Headers, site);
        var record = ResponseRecord.Of(context);
        record.Release = site.ReleaseId;
        context.Response.StatusCode = rule.Status;
        return AssetResponse.WriteInsteadAsync(context, page, record);
    }
}
