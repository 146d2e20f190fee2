namespace Samples.Server.Tests;

public sealed class MediaTypesTests
{
    [Theory]
    [InlineData("/index.html", "text/html; charset=utf-8")]
    [InlineData("/INDEX.HTML", "text/html; charset=utf-8")]
    [InlineData("/site.css", "text/css; charset=utf-8")]
    [InlineData("/app.js", "text/javascript; charset=utf-8")]
    [InlineData("/app.mjs", "text/javascript; charset=utf-8")]
    [InlineData("/app.js.map", "application/json; charset=utf-8")]
    [InlineData("/data.json", "application/json; charset=utf-8")]
    [InlineData("/feed.xml", "application/xml; charset=utf-8")]
    [InlineData("/logo.svg", "image/svg+xml; charset=utf-8")]
    [InlineData("/site.webmanifest", "application/manifest+json; charset=utf-8")]
    [InlineData("/notes.txt", "text/plain; charset=utf-8")]
    [InlineData("/lib.wasm", "application/wasm")]
    [InlineData("/photo.avif", "image/avif")]
    [InlineData("/photo.jxl", "image/jxl")]
    [InlineData("/photo.webp", "image/webp")]
    [InlineData("/photo.jpg", "image/jpeg")]
    [InlineData("/font.woff2", "font/woff2")]
    [InlineData("/paper.pdf", "application/pdf")]
    [InlineData("/thing.unheard-of", "application/octet-stream")]
    [InlineData("/LICENSE", "application/octet-stream")]
    public void Of_GivesTypeAndCharset(string path, string type) => Assert.Equal(type, MediaTypes.Of(path));
}
