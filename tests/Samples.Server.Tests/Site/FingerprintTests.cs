using CsCheck;

namespace Samples.Server.Tests;

public sealed class FingerprintTests
{
    [Theory]
    [InlineData("/app.3f9c2a1b.js")] // webpack
    [InlineData("/static/js/main.3f9c2a1b.chunk.js")] // Create React App
    [InlineData("/assets/index-BkX3x9aQ.css")] // Vite
    [InlineData("/assets/index-B_kX-x9a.js")] // Vite, with both of base64url's own characters
    [InlineData("/assets/index-DkQmBzAa.js")]
    [InlineData("/chunk-5XJ2KQ3Z.js")] // esbuild, Angular
    [InlineData("/_next/static/chunks/page-1f0f7a9f3b2c4d5e.js")] // Next.js
    [InlineData("/assets/application-0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9.css")] // Rails
    [InlineData("/style.min.0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9.css")] // Hugo
    [InlineData("/3f9c2a1b.js")]
    public void IsIn_IsTrue_ForBundlersNames(string path) => Assert.True(Fingerprint.IsIn(path));

    [Theory]
    [InlineData("/index.html")]
    [InlineData("/index-3f9c2a1b.html")] // a page is never one
    [InlineData("/3f9c2a1b/app.js")] // only the last name counts
    [InlineData("/3f9c2a1b")] // no extension
    [InlineData("/app.js")]
    [InlineData("/jquery-3.7.1.min.js")]
    [InlineData("/app-settings.json")]
    [InlineData("/report-20240115.pdf")]
    [InlineData("/IMG-20240115-WA0001.jpg")]
    [InlineData("/PXL_20240115_123456789.jpg")]
    [InlineData("/backup-20240115T103022Z.json")]
    [InlineData("/hero-1920x1080.jpg")]
    [InlineData("/photo-Gallery2.jpg")]
    [InlineData("/case-iPhone15.jpg")]
    [InlineData("/setup-Win32App.zip")]
    [InlineData("/lib-HTMLParser.js")]
    [InlineData("/img-Image001.png")]
    [InlineData("/docs-OVERVIEW.png")]
    [InlineData("/book-CHAPTER2.pdf")]
    [InlineData("/logo-deadbeef.svg")]
    [InlineData("/menu-cafe2024.json")]
    [InlineData("/UserProfilePageView.js")]
    [InlineData("/chunk-MyUserDataSet.js")]
    [InlineData("/page-User-Tab.js")]
    [InlineData("/font-x-Ab-Cd-Ef.css")]
    [InlineData("/")]
    [InlineData("")]
    public void IsIn_IsFalse_ForNamesThatPeopleGive(string path) => Assert.False(Fingerprint.IsIn(path));

    [Fact]
    public void IsIn_IsFalse_ForWordsInAnyCase() =>
        Gen.Select(
            Gen.String[Gen.Char['a', 'z'], 1, 20].Array[1, 4],
            Gen.Char["-_."],
            Gen.Int[0, 2])
        .Sample((words, separator, casing) => !Fingerprint.IsIn("/" + string.Join(separator, words.Select(w => Cased(w, casing))) + ".js"));

    [Fact]
    public void IsIn_IsFalse_ForNumbersAndDates() =>
        Gen.String[Gen.Char['0', '9'], 1, 64].Array[1, 4].Sample(numbers => !Fingerprint.IsIn("/report-" + string.Join('-', numbers) + ".pdf"));

    [Theory]
    [InlineData("0123456789abcdef", 8, ".js", 0.9)]
    [InlineData("0123456789abcdef", 16, ".js", 0.99)]
    [InlineData("0123456789abcdef", 8, ".png", 0.9)]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 8, ".js", 0.9)]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 8, ".png", 0.72)]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 8, ".js", 0.68)]
    public void IsIn_IsTrue_ForNearlyAllHashes(string alphabet, int length, string extension, double atLeast)
    {
        var random = new Random(20260102);
        var names = Enumerable.Range(0, 10_000).Select(_ => "/index-" + new string(random.GetItems(alphabet.AsSpan(), length)) + extension);

        Assert.InRange(names.Count(n => Fingerprint.IsIn(n)) / 10_000.0, atLeast, 1);
    }

    private static string Cased(string word, int casing) => casing switch
    {
        0 => word,
        1 => word.ToUpperInvariant(),
        _ => char.ToUpperInvariant(word[0]) + word[1..],
    };
}
