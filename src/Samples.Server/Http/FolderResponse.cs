using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Net.Http.Headers;

namespace Samples.Server;

/// <summary>Answers with the listing of a folder: a page, or JSON for who prefers it.</summary>
internal static class FolderResponse
{
    private const string Html = "text/html";
    private const string Json = "application/json";

    public static async Task WriteAsync(HttpContext context, Site site, string path, IReadOnlyCollection<FolderEntry> entries)
    {
        var record = ResponseRecord.Of(context);
        record.Release = site.ReleaseId;
        SiteHeaders.AddCommon(context.Response.Headers, site);
        context.Response.Headers.CacheControl = SiteHeaders.NoCache;
        context.Response.Headers.Vary = HeaderNames.Accept;
        var asJson = PrefersJson(context.Request);
        var body = asJson ? JsonSerializer.SerializeToUtf8Bytes(entries, FolderJson.Default.IReadOnlyCollectionFolderEntry) : Encoding.UTF8.GetBytes(Render(path, entries));
        context.Response.ContentType = (asJson ? Json : Html) + "; charset=utf-8";
        context.Response.ContentLength = body.Length;
        if (HttpMethods.IsHead(context.Request.Method))
            return;

        record.BodyBytes = body.Length;
        await context.Response.BodyWriter.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }

    private static bool PrefersJson(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().Accept;
        return WeightOf(Json) > WeightOf(Html);

        double WeightOf(string type) => accepted
            .Where(a => a.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase)).Select(a => a.Quality ?? 1).DefaultIfEmpty(0).Max();
    }

    /// <summary>No script and no style of its own, so any Content-Security-Policy suits it.</summary>
    private static string Render(string path, IReadOnlyCollection<FolderEntry> entries)
    {
        var title = HtmlEncoder.Default.Encode(path);
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>{title}</title>\n<h1>{title}</h1>\n<table>\n");
        if (path != "/")
            page.Append("<tr><td><a href=\"../\">../</a><td><td>\n");
        foreach (var entry in entries)
        {
            var slash = entry.IsFolder ? "/" : "";
            page.Append(
                CultureInfo.InvariantCulture,
                $"<tr><td><a href=\"./{Uri.EscapeDataString(entry.Name)}{slash}\">{HtmlEncoder.Default.Encode(entry.Name)}{slash}</a><td>{entry.Modified:yyyy-MM-dd HH:mm}<td>{entry.Size}\n");
        }

        return page.Append("</table>\n</html>\n").ToString();
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyCollection<FolderEntry>))]
internal sealed partial class FolderJson : JsonSerializerContext;
