namespace Samples.Hosting.Tests;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("65536", 65536)]
    [InlineData("64KiB", 65536)]
    [InlineData("64 MiB", 67108864)]
    [InlineData("1GiB", 1073741824)]
    [InlineData("2kb", 2000)]
    public void Parse_ReadsPlainNumbersAndSuffixes(string text, long bytes)
    {
        Assert.Equal(bytes, ByteSize.Parse(text).Bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("1.5MiB")]
    [InlineData("MiB")]
    [InlineData("64MiBB")]
    [InlineData("9223372036854775807KiB")]
    public void Parse_Throws_WhenTextIsNoSize(string text)
    {
        var error = Assert.Throws<FormatException>(() => ByteSize.Parse(text));

        Assert.Contains(ByteSize.Syntax, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("64MiB")]
    [InlineData("1GiB")]
    [InlineData("0")]
    [InlineData("1000")]
    public void ToString_IsReadBackAsTheSameSize(string text)
    {
        Assert.Equal(text, ByteSize.Parse(text).ToString());
    }
}
