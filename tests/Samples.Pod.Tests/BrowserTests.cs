using Microsoft.Playwright;

namespace Samples.Pod.Tests;

/// <summary>The pages as a visitor sees them, in Debian's Chromium.</summary>
public sealed class BrowserTests : IAsyncLifetime
{
    private static readonly string[] _chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private readonly PodOnLoopback _pod = new();
    private readonly List<string> _complaints = [];
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        var executable = Array.Find(_chromium, File.Exists);
        Needs.That(executable is not null, "This test drives Chromium, which is not installed.");
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = executable,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        await _pod.DisposeAsync();
    }

    [Fact]
    public async Task Page_ShowsTheNewRelease_WithoutAReloadByHand()
    {
        CopyContent();
        await StartPodAsync();
        var page = await OpenAsync("/");
        var served = page.Locator("[data-live='served-id']");
        await Assertions.Expect(served).ToHaveTextAsync(CurrentRelease());
        var before = CurrentRelease();

        _pod.Write("index.html", File.ReadAllText(Path.Combine(_pod.Content, "index.html")).Replace("<title>", "<title>Edited: ", StringComparison.Ordinal));

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
        await Eventually.TrueAsync(() => Directory.Exists(Path.Combine(_pod.Volume, "current/www")) && File.Exists(Path.Combine(_pod.Volume, "current/www/live.js")), "the content");
        await using var context = await _browser!.NewContextAsync(new() { JavaScriptEnabled = false, BaseURL = _pod.Http.BaseAddress!.ToString() });
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

    private async Task StartPodAsync()
    {
        Assert.Equal(0, await _pod.RunInitAsync());
        await _pod.StartSidecarAsync();
        await _pod.StartServerAsync();
    }

    private async Task<IPage> OpenAsync(string path)
    {
        var page = await _browser!.NewPageAsync(new() { BaseURL = _pod.Http.BaseAddress!.ToString() });
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                _complaints.Add($"{message.Type}: {message.Text} ({message.Location})");
        };
        page.PageError += (_, error) => _complaints.Add(error);
        await page.GotoAsync(path);
        return page;
    }

    private string CurrentRelease() => new SharedVolume.Volume(_pod.Volume).ReadCurrentId()!;

    private void CopyContent()
    {
        foreach (var file in Directory.EnumerateFiles(RepositoryRoot.Combine("content")))
            File.Copy(file, Path.Combine(_pod.Content, Path.GetFileName(file)));
    }
}
