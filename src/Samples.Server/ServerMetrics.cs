using System.Diagnostics.Metrics;

namespace Samples.Server;

/// <summary>The server's own figures, beside ASP.NET's <c>http.server.request.duration</c>.</summary>
/// <remarks>
/// A release is a label of the traffic. Beyond OpenTelemetry's limit of label sets (2,000 an instrument), counts of newer
/// releases go to its overflow series: sums stay right.
/// </remarks>
internal sealed class ServerMetrics
{
    public const string MeterName = "Samples.Server";

    private static readonly object _ok = StatusCodes.Status200OK;
    private static readonly object _notModified = StatusCodes.Status304NotModified;

    private readonly Histogram<double> _duration;
    private readonly Counter<long> _requests;
    private readonly Counter<long> _sent;
    private readonly Counter<long> _switches;
    private readonly Counter<long> _loadFailures;

    public ServerMetrics(IMeterFactory meters, CurrentSite current)
    {
        var meter = meters.Create(MeterName);
        _requests = meter.CreateCounter<long>("samples.server.requests", description: "Requests answered, by release and status class.");
        _sent = meter.CreateCounter<long>("samples.server.sent", "By", "Bytes of response bodies, by release and status class.");
        _switches = meter.CreateCounter<long>("samples.server.switches", description: "Switches to another release, the first one included.");
        _loadFailures = meter.CreateCounter<long>("samples.server.load.failures", description: "Releases that could not be loaded.");
        meter.CreateObservableGauge("samples.server.release.info", () => Info(current), description: "1 for the release that is served.");
        meter.CreateObservableGauge(
            "samples.server.rule.problems", () => Problems(current), description: "Lines of the release's _headers and _redirects that do not apply.");
        _duration = meters.Create("Microsoft.AspNetCore.Hosting").CreateHistogram(
            "http.server.request.duration", "s", "Duration of HTTP server requests.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] });
        _switches.Add(0);
        _loadFailures.Add(0);
    }

    /// <param name="release">The release that answered; null for a proxied response, or where there is none yet.</param>
    /// <param name="status">The response's status code.</param>
    /// <param name="bytes">Of the body.</param>
    public void Answered(string? release, int status, long bytes)
    {
        var releaseTag = KeyValuePair.Create("release", (object?)(release ?? ""));
        var statusTag = KeyValuePair.Create("status", (object?)ClassOf(status));
        _requests.Add(1, releaseTag, statusTag);
        _sent.Add(bytes, releaseTag, statusTag);
    }

    /// <summary>Adds a request that ASP.NET has not seen to its <c>http.server.request.duration</c>.</summary>
    public void Took(bool isHead, int status, TimeSpan duration) => _duration.Record(
        duration.TotalSeconds,
        KeyValuePair.Create("url.scheme", (object?)"http"),
        KeyValuePair.Create("http.request.method", (object?)(isHead ? HttpMethods.Head : HttpMethods.Get)),
        KeyValuePair.Create("network.protocol.version", (object?)"1.1"),
        KeyValuePair.Create("http.response.status_code", (object?)(status == StatusCodes.Status200OK ? _ok : _notModified)));

    public void Switched() => _switches.Add(1);

    public void LoadFailed() => _loadFailures.Add(1);

    private static IEnumerable<Measurement<int>> Info(CurrentSite current) =>
        current.Site is { } site ? [new Measurement<int>(1, KeyValuePair.Create("release", (object?)site.ReleaseId))] : [];

    private static IEnumerable<Measurement<int>> Problems(CurrentSite current) => current.Site is not { } site ? [] :
        ((string[])[RuleFile.Headers, RuleFile.Redirects])
            .Select(file => new Measurement<int>(site.Problems.Count(p => p.File == file), KeyValuePair.Create("file", (object?)file)));

    private static string ClassOf(int status) => (status / 100) switch
    {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    };
}
