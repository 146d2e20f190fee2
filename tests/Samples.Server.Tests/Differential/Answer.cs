using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Samples.Server.Tests;

/// <summary>What of a response must be the same, whoever serves the folder. A body stands by its hash; that of an error page's text does not count.</summary>
internal sealed partial record Answer(int Status, string ContentType, string ContentRange, string Location, string Body)
{
    public static Answer Parse(string response, bool isHead)
    {
        const string Interim = "HTTP/1.1 100 Continue\r\n\r\n";
        if (response.StartsWith(Interim, StringComparison.Ordinal))
            response = response[Interim.Length..];
        var end = response.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
            return new Answer(0, "", "", "", "");

        var status = int.Parse(response.Split(' ')[1], CultureInfo.InvariantCulture);
        var head = response[..end];
        var type = ValueOf(head, "Content-Type");
        var body = response[(end + 4)..];
        if (BoundaryIn(type) is { Length: > 0 } boundary)
        {
            body = body.Replace(boundary, "BOUNDARY", StringComparison.Ordinal);
            type = type.Replace(boundary, "BOUNDARY", StringComparison.Ordinal);
        }

        // Only what comes of the folder is compared: a server's own words for an error are its own.
        var own = status is 301 or 400 or 405 or 412 or 416 or >= 500;
        return new Answer(
            status,
            own || status == 304 ? "" : type,
            ValueOf(head, "Content-Range"),
            ValueOf(head, "Location"),
            isHead ? (body.Length == 0 ? "" : "a body") : own ? "" : Convert.ToHexStringLower(SHA256.HashData(Encoding.Latin1.GetBytes(body)))[..8]);
    }

    /// <summary>The fields that differ, as <c>Status 405 (400)</c>: this server's, then the other's.</summary>
    public string DifferenceFrom(Answer other) => string.Join(", ", new[]
    {
        Differ(nameof(Status), Status.ToString(CultureInfo.InvariantCulture), other.Status.ToString(CultureInfo.InvariantCulture)),
        Differ("Content-Type", ContentType, other.ContentType),
        Differ("Content-Range", ContentRange, other.ContentRange),
        Differ(nameof(Location), Location, other.Location),
        Body == other.Body ? null : nameof(Body),
    }.OfType<string>());

    private static string? Differ(string name, string ours, string theirs) => ours == theirs ? null : $"{name} {ours} ({theirs})";

    private static string ValueOf(string head, string name) =>
        head.Split("\r\n").FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim() ?? "";

    private static string BoundaryIn(string contentType) => Boundary().Match(contentType).Groups[1].Value;

    [GeneratedRegex("boundary=(.+)$")]
    private static partial Regex Boundary();
}
