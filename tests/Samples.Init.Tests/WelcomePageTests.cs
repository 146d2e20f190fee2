using System.Globalization;
using System.Net;
using System.Text;

namespace Samples.Init.Tests;

public sealed class WelcomePageTests
{
    private const string Hostile = "<script>alert('1')</script>\" onload=\"x & \u00e9\u65e5";

    private static readonly DateTimeOffset _now = DateTimeOffset.Parse("2026-05-04T12:30:00.5+02:00", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("title")]
    [InlineData("message")]
    [InlineData("pod")]
    public void Render_EncodesWhatComesFromSettings(string part)
    {
        string Choose(string name) => name == part ? Hostile : "plain";

        var page = Render(Choose("title"), Choose("message"), Choose("pod"));

        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        Assert.DoesNotContain("onload=\"x", page, StringComparison.Ordinal);
        Assert.Contains(Hostile, WebUtility.HtmlDecode(page), StringComparison.Ordinal);
    }

    [Fact]
    public void Render_SaysWhenInUtc_AndLeavesNoPlaceholder()
    {
        var page = Render("Hello", "World", "pod-1");

        Assert.Contains("<time datetime=\"2026-05-04T10:30:00Z\"", page, StringComparison.Ordinal);
        Assert.Contains("<title>Hello</title>", page, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"\{\{\w+\}\}", page);
    }

    [Fact]
    public async Task Render_CarriesFollowJs_WordForWord()
    {
        var script = await File.ReadAllTextAsync(RepositoryRoot.Combine("content/follow.js"), TestContext.Current.CancellationToken);

        Assert.Contains(script.Trim(), Render("Hello", "World", "pod-1"), StringComparison.Ordinal);
    }

    [Fact]
    public void Render_AsksForNothingFromElsewhere()
    {
        var page = Render("Hello", "World", "pod-1").Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal);

        Assert.DoesNotMatch("https?://|src=\"//|@import", page);
    }

    private static string Render(string title, string message, string pod) =>
        Encoding.UTF8.GetString(WelcomePage.Render(new InitOptions { Title = title, Message = message }, pod, _now));
}
