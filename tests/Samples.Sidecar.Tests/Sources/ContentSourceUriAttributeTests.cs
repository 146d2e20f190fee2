using System.ComponentModel.DataAnnotations;
using Samples.Sidecar.Sources;

namespace Samples.Sidecar.Tests.Sources;

public sealed class ContentSourceUriAttributeTests
{
    [Theory]
    [InlineData("https://user:canary@host/site.zip", "'https://***@host/site.zip'")]
    [InlineData("https://canary@host/site.zip", "'https://***@host/site.zip'")]
    [InlineData("ftp://host/site.zip?token=canary", "'ftp://host/site.zip?***'")]
    public void Message_ShowsTheValueWithoutItsSecrets(string value, string shown)
    {
        var options = new SidecarOptions { Source = value };
        var context = new ValidationContext(options) { MemberName = nameof(SidecarOptions.Source), DisplayName = "SidecarOptions.Source" };

        var message = new ContentSourceUriAttribute().GetValidationResult(value, context)!.ErrorMessage!;

        Assert.Contains($"Sidecar__Source is {shown}; it takes", message, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", message, StringComparison.Ordinal);
    }
}
