using Microsoft.Playwright;

namespace Samples.Pod.Tests;

/// <summary>A pod on loopback and Debian's Chromium, headless, to look at it.</summary>
public abstract class PodInBrowser : IAsyncLifetime
{
    private static readonly string[] _chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    private protected PodOnLoopback Pod { get; } = new();

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
        GC.SuppressFinalize(this);
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        await Pod.DisposeAsync();
    }

    private protected async Task StartPodAsync()
    {
        Assert.Equal(0, await Pod.RunInitAsync());
        await Pod.StartSidecarAsync();
        await Pod.StartServerAsync();
    }

    private protected Task<IBrowserContext> NewContextAsync(bool scripts = true) =>
        _browser!.NewContextAsync(new() { JavaScriptEnabled = scripts, BaseURL = Pod.Http.BaseAddress!.ToString() });
}
