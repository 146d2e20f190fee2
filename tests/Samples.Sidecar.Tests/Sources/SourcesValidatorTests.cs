using Samples.Sidecar.Sources;

namespace Samples.Sidecar.Tests.Sources;

public sealed class SourcesValidatorTests
{
    [Theory]
    [InlineData("https://user:canary@host/site.zip", "'https://***@host/site.zip'")]
    [InlineData("https://canary@host/site.zip", "'https://***@host/site.zip'")]
    [InlineData("ftp://host/site.zip?token=canary", "'ftp://host/site.zip?***'")]
    public void Message_ShowsTheAddressWithoutItsSecrets(string uri, string shown)
    {
        var options = new SidecarOptions { Sources = [new SourceOptions { Uri = uri }] };

        var message = new SourcesValidator().Validate(null, options).FailureMessage!;

        Assert.Contains($"Sidecar__Source is {shown}; it takes", message, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", message, StringComparison.Ordinal);
    }
}
