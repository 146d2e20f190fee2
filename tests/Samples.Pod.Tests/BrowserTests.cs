using Microsoft.Playwright;

namespace Samples.Pod.Tests;

/// <summary>The pages as a visitor sees them, in Debian's Chromium.</summary>
public sealed class BrowserTests : PodInBrowser
{
    private readonly List<string> _complaints = [];

    [Fact]
    public async Task Page_ShowsTheNewRelease_WithoutAReloadByHand()
    {
        CopyContent();
        await StartPodAsync();
        var page = await OpenAsync("/");
        var served = page.Locator("[data-live='served-id']");
        await Assertions.Expect(served).ToHaveTextAsync(CurrentRelease());
        var before = CurrentRelease();

        Pod.Write("index.html", File.ReadAllText(Path.Combine(Pod.Content, "index.html")).Replace("<title>", "<title>Edited: ", StringComparison.Ordinal));

        await Assertions.Expect(page).ToHaveTitleAsync(new System.Text.RegularExpressions.Regex("^Edited: "), new() { Timeout = 20_000 });
        await Assertions.Expect(served).ToHaveTextAsync(CurrentRelease());
        Assert.NotEqual(before, CurrentRelease());
        await Assertions.Expect(page.Locator("[data-live='release-by']")).ToHaveAttributeAsync("data-by", "sidecar");
        Assert.Empty(_complaints);
    }

    [Fact]
    public async Task WelcomePage_GivesWayToTheContent_WhenTheSidecarBringsIt()
    {
        await StartPodAsync();
        var page = await OpenAsync("/");
        await Assertions.Expect(page.Locator("[data-live='title']")).ToHaveTextAsync("Welcome");

        CopyContent();

        await Assertions.Expect(page.Locator("[data-live='panel']")).ToHaveAttributeAsync("data-link", "live", new() { Timeout = 20_000 });
        Assert.Empty(_complaints);
    }

    [Fact]
    public async Task Page_TellsItsStory_WithScriptsOff()
    {
        CopyContent();
        await StartPodAsync();
        await Eventually.TrueAsync(() => Directory.Exists(Path.Combine(Pod.Volume, "current/www")) && File.Exists(Path.Combine(Pod.Volume, "current/www/live.js")), "the content");
        await using var context = await NewContextAsync(scripts: false);
        var page = await context.NewPageAsync();

        await Eventually.GetAsync(async () => (await page.GotoAsync("/"))!.Headers["x-release"] == CurrentRelease() ? "" : null, "the server's switch");

        await Assertions.Expect(page.Locator("h1")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#comic")).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData(360)]
    [InlineData(1280)]
    public async Task Page_FitsItsWindow(int width)
    {
        CopyContent();
        await StartPodAsync();
        var page = await OpenAsync("/");
        await page.SetViewportSizeAsync(width, 800);

        var overflow = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");

        Assert.Equal(0, overflow);
    }

    private async Task<IPage> OpenAsync(string path)
    {
        var context = await NewContextAsync();
        var page = await context.NewPageAsync();
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                _complaints.Add($"{message.Type}: {message.Text} ({message.Location})");
        };
        page.PageError += (_, error) => _complaints.Add(error);
        await page.GotoAsync(path);
        return page;
    }

    private string CurrentRelease() => new SharedVolume.Volume(Pod.Volume).ReadCurrentId()!;

    private void CopyContent()
    {
        foreach (var file in Directory.EnumerateFiles(RepositoryRoot.Combine("content")))
            File.Copy(file, Path.Combine(Pod.Content, Path.GetFileName(file)));
    }
}
