using Samples.Hosting;

namespace Samples.Server.Tests;

public sealed class MediaTypeOverridesTests
{
    [Fact]
    public void Of_GivesTheSettingsType_WithItsCharset()
    {
        var types = new MediaTypeOverrides(new ServerOptions { MediaTypes = { [".foo"] = "text/x-foo", ["BAR"] = "application/x-bar", [".baz"] = "text/plain; charset=latin1" } });

        Assert.Equal("text/x-foo; charset=utf-8", types.Of("a/b.foo"));
        Assert.Equal("application/x-bar", types.Of("b.bar"));
        Assert.Equal("text/plain; charset=latin1", types.Of("b.BAZ"));
        Assert.Null(types.Of("b.html"));
    }

    [Fact]
    public void Type_IsRefused_WhenItIsNone()
    {
        var e = Assert.Throws<InvalidSettingException>(() => new MediaTypeOverrides(new ServerOptions { MediaTypes = { [".foo"] = "nonsense" } }));

        Assert.StartsWith("Server__MediaTypes__.foo is 'nonsense'; it takes a media type", e.Message, StringComparison.Ordinal);
    }
}
