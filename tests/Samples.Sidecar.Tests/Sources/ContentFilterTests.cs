using Samples.Sidecar.Sources;

namespace Samples.Sidecar.Tests.Sources;

public sealed class ContentFilterTests
{
    [Theory]
    [InlineData("", "", "any/file.html", true)]
    [InlineData("", "", ".well-known/security.txt", true)]
    [InlineData("**/*.html", "", "index.html", true)]
    [InlineData("**/*.html", "", "docs/deep/page.html", true)]
    [InlineData("**/*.html", "", "docs/Page.HTML", false)]
    [InlineData("*.html", "", "docs/page.html", false)]
    [InlineData("assets/** *.html", "", "assets/deep/a.css", true)]
    [InlineData("assets/** *.html", "", "src/a.css", false)]
    [InlineData("", "**/*.map", "assets/app.js.map", false)]
    [InlineData("", "**/*.map", "assets/app.js", true)]
    [InlineData("", ".git/** node_modules/**", ".git/objects/ab/cdef", false)]
    [InlineData("", ".git/** node_modules/**", "src/.git/config", true)]
    [InlineData("**/*.html", "drafts/**", "drafts/page.html", false)]
    public void Passes_WhatIsIncludedAndNotExcluded(string include, string exclude, string path, bool passes)
    {
        Assert.Equal(passes, new ContentFilter(include, exclude).Passes(path));
    }
}
