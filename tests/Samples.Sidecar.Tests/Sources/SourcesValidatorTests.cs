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

    [Theory]
    [InlineData("https://host/site.zip", null)]
    [InlineData("oci://host/site", null)]
    [InlineData("/content", "Sidecar__PublicKeyPath is set, but there are no signatures of '/content'; it takes an archive over HTTP(S) or what is in an OCI registry.")]
    public void Message_SaysWhatCannotBeSigned(string uri, string? said)
    {
        var options = new SidecarOptions { Sources = [new SourceOptions { Uri = uri, PublicKeyPath = "/keys/site.pem" }] };

        var message = new SourcesValidator().Validate(null, options).FailureMessage;

        Assert.Equal(said, message);
    }
}
