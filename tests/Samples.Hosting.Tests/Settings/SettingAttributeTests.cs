using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Samples.Hosting.Tests;

public sealed class SettingAttributeTests
{
    [Theory]
    [InlineData("http://*:8080", true)]
    [InlineData("http://+:8080", true)]
    [InlineData("http://0.0.0.0:0", true)]
    [InlineData("http://[::]:8080/", true)]
    [InlineData("http://localhost:8080", true)]
    [InlineData("https://*:8443", false)]
    [InlineData("http://*:8080/path", false)]
    [InlineData("*:8080", false)]
    [InlineData("8080", false)]
    [InlineData("http://*:99999", false)]
    [InlineData("", false)]
    public void ListenUrl_TakesAnAddressToListenOn(string value, bool expected)
    {
        Assert.Equal(expected, Check(new ListenUrlAttribute(), value) is null);
    }

    [Theory]
    [InlineData("00:00:01", true)]
    [InlineData("1.00:00:00", true)]
    [InlineData("00:00:00.9", false)]
    [InlineData("1.00:00:01", false)]
    [InlineData("-00:00:01", false)]
    public void Duration_TakesWhatIsWithinItsBounds(string value, bool expected)
    {
        Assert.Equal(expected, Check(new DurationAttribute("00:00:01", "1.00:00:00"), TimeSpan.Parse(value, CultureInfo.InvariantCulture)) is null);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1000, true)]
    [InlineData(-1, false)]
    [InlineData(1001, false)]
    public void WholeNumber_TakesWhatIsWithinItsBounds(int value, bool expected)
    {
        Assert.Equal(expected, Check(new WholeNumberAttribute(0, 1000), value) is null);
    }

    [Fact]
    public void Message_NamesTheSettingTheValueAndWhatIsAllowed()
    {
        Assert.Equal("Server__Limits__Keep is '-1'; it takes a whole number from 0 to 9.", Check(new WholeNumberAttribute(0, 9), -1, "ServerOptions.Limits.Keep"));
    }

    private static string? Check(SettingAttribute attribute, object? value, string name = "Options.Name") =>
        attribute.GetValidationResult(value, new ValidationContext(new object()) { DisplayName = name })?.ErrorMessage;
}
