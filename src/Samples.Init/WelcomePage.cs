using System.Globalization;
using System.Net;
using System.Text;

namespace Samples.Init;

/// <summary>The page that the setup crew paints: <c>Welcome.html</c> with its placeholders filled in, each HTML-encoded.</summary>
public static class WelcomePage
{
    /// <param name="options">Title and message.</param>
    /// <param name="podName">Where it was painted.</param>
    /// <param name="paintedAt">When; shown as RFC 3339 in UTC, to the second.</param>
    public static byte[] Render(InitOptions options, string podName, DateTimeOffset paintedAt)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var template = new StreamReader(typeof(WelcomePage).Assembly.GetManifestResourceStream("Welcome.html")!, Encoding.UTF8);
        var page = new StringBuilder(template.ReadToEnd());
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[
            ("title", options.Title),
            ("message", options.Message),
            ("pod", podName),
            ("paintedAt", paintedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)),
        ])
        {
            page.Replace("{{" + name + "}}", WebUtility.HtmlEncode(value));
        }

        return Encoding.UTF8.GetBytes(page.ToString());
    }
}
