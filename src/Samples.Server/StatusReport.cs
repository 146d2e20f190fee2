using System.Text.Json.Serialization;

namespace Samples.Server;

/// <summary>What <c>/status</c> of the management endpoint tells a person or a script.</summary>
/// <param name="Release">The release that is served; null before the first.</param>
/// <param name="Since">When the server switched to it.</param>
/// <param name="Files">How many files it serves.</param>
/// <param name="Bytes">Of them, as they are.</param>
/// <param name="Retained">The releases before it of which fingerprinted files are still served.</param>
/// <param name="Problems">Lines of its <c>_headers</c> and <c>_redirects</c> that do not apply.</param>
internal sealed record StatusReport(
    string? Release, DateTimeOffset? Since, int Files, long Bytes, IReadOnlyList<string> Retained, IReadOnlyList<RuleProblem> Problems)
{
    public static Task WriteAsync(HttpContext context, CurrentSite current)
    {
        var site = current.Site;
        var report = new StatusReport(
            site?.ReleaseId, site is null ? null : current.Since, site?.Assets.Count ?? 0, site?.Assets.Sum(a => a.Identity.Length) ?? 0,
            [.. current.Retained.Select(s => s.ReleaseId).Where(id => id != site?.ReleaseId).Distinct()], site?.Problems ?? []);
        context.Response.Headers.CacheControl = SiteHeaders.NoStore;
        return context.Response.WriteAsJsonAsync(report, StatusJson.Default.StatusReport, cancellationToken: context.RequestAborted);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StatusReport))]
internal sealed partial class StatusJson : JsonSerializerContext;
