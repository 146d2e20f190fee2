using Microsoft.Playwright;

namespace Samples.Pod.Tests;

/// <summary>"ChunkLoadError": a page that was opened before a deploy, and asks for the rest of its scripts after it.</summary>
public sealed class OpenPageTests : PodInBrowser
{
    [Fact]
    public async Task Page_FindsItsLazyChunk_AfterTheNextReleaseIsOut()
    {
        WriteRelease("one", "settings.3f9c2a1b.js");
        await StartPodAsync();
        await ServedAsync("one");
        await using var context = await NewContextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync("/");

        File.Delete(Path.Combine(Pod.Content, "settings.3f9c2a1b.js"));
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
        Pod.Write(chunk, $"export const text = 'chunk of {name}';");
        Pod.Write("index.html", $$"""
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
        async () => (await Pod.Http.GetStringAsync(new Uri("/", UriKind.Relative))).Contains($"<title>{name}</title>", StringComparison.Ordinal) ? "" : null, $"release '{name}'");
}
