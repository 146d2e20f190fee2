using Microsoft.Playwright;

namespace Samples.Pod.Tests;

/// <summary>"ChunkLoadError": a page that was opened before a deploy, and asks for the rest of its scripts after it.</summary>
public sealed class OpenPageTests : IAsyncLifetime
{
    private static readonly string[] _chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private readonly PodOnLoopback _pod = new();
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
    public async Task Page_FindsItsLazyChunk_AfterTheNextReleaseIsOut()
    {
        WriteRelease("one", "settings.3f9c2a1b.js");
        Assert.Equal(0, await _pod.RunInitAsync());
        await _pod.StartSidecarAsync();
        await _pod.StartServerAsync();
        await ServedAsync("one");
        var page = await _browser!.NewPageAsync(new() { BaseURL = _pod.Http.BaseAddress!.ToString() });
        await page.GotoAsync("/");

        File.Delete(Path.Combine(_pod.Content, "settings.3f9c2a1b.js"));
        WriteRelease("two", "settings.8d04e7f6.js");
        await ServedAsync("two");
        await page.ClickAsync("button");

        await Assertions.Expect(page.Locator("output")).ToHaveTextAsync("chunk of one");
        await page.ReloadAsync();
        await page.ClickAsync("button");
        await Assertions.Expect(page.Locator("output")).ToHaveTextAsync("chunk of two");
    }

    private void WriteRelease(string name, string chunk)
    {
        _pod.Write(chunk, $"export const text = 'chunk of {name}';");
        _pod.Write("index.html", $$"""
            <!doctype html>
            <title>{{name}}</title>
            <button>Settings</button>
            <output></output>
            <script type="module">
              document.querySelector('button').onclick = async () => {
                try {
                  document.querySelector('output').textContent = (await import('/{{chunk}}')).text;
                } catch (e) {
                  document.querySelector('output').textContent = e;
                }
              };
            </script>
            """);
    }

    private Task<string> ServedAsync(string name) => Eventually.GetAsync(
        async () => (await _pod.Http.GetStringAsync(new Uri("/", UriKind.Relative))).Contains($"<title>{name}</title>", StringComparison.Ordinal) ? "" : null, $"release '{name}'");
}
