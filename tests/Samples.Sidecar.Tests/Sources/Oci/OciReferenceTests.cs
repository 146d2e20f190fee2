using Samples.Sidecar.Sources.Oci;

namespace Samples.Sidecar.Tests.Sources.Oci;

public sealed class OciReferenceTests
{
    private const string Digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    [Theory]
    [InlineData("oci://ghcr.io/team/site", "https://ghcr.io/", "oci://ghcr.io/team/site:latest")]
    [InlineData("oci://ghcr.io/team/site:v1.2_3-x", "https://ghcr.io/", "oci://ghcr.io/team/site:v1.2_3-x")]
    [InlineData("oci://GHCR.io:8443/a/b/c:1", "https://ghcr.io:8443/", "oci://ghcr.io:8443/a/b/c:1")]
    [InlineData("oci://ghcr.io/site@" + Digest, "https://ghcr.io/", "oci://ghcr.io/site@" + Digest)]
    [InlineData("oci://ghcr.io/site:v1@" + Digest, "https://ghcr.io/", "oci://ghcr.io/site@" + Digest)]
    [InlineData("oci+http://127.0.0.1:5000/site", "http://127.0.0.1:5000/", "oci+http://127.0.0.1:5000/site:latest")]
    [InlineData("oci+http://[::1]:5000/site", "http://[::1]:5000/", "oci+http://[::1]:5000/site:latest")]
    [InlineData("oci://docker.io/nginx:1", "https://registry-1.docker.io/", "oci://registry-1.docker.io/library/nginx:1")]
    [InlineData("oci://docker.io/team/site", "https://registry-1.docker.io/", "oci://registry-1.docker.io/team/site:latest")]
    [InlineData("oci://ghcr.io/site?path=/usr/share/nginx/html/", "https://ghcr.io/", "oci://ghcr.io/site:latest?path=usr/share/nginx/html")]
    public void TryParse_TellsWhatIsNamed(string address, string registry, string shown)
    {
        Assert.True(OciReference.TryParse(new Uri(address), out var reference));

        Assert.Equal((registry, shown), (reference.Registry.AbsoluteUri, reference.ToString()));
    }

    [Theory]
    [InlineData("oci://ghcr.io")]
    [InlineData("oci://ghcr.io/")]
    [InlineData("oci://ghcr.io/Team/site")]
    [InlineData("oci://ghcr.io/team//site")]
    [InlineData("oci://ghcr.io/team/site:")]
    [InlineData("oci://ghcr.io/team/site:-x")]
    [InlineData("oci://ghcr.io/team/site@md5:00")]
    [InlineData("oci://ghcr.io/team/site@sha256:E3B0")]
    [InlineData("oci://ghcr.io/team/site?insecure=true")]
    [InlineData("oci://ghcr.io/team/site?path=../etc")]
    [InlineData("oci://ghcr.io/team/site?path=")]
    [InlineData("oci://ghcr.io/team/site#fragment")]
    [InlineData("oci:ghcr.io/team/site")]
    public void TryParse_IsFalse_ForWhatNamesNothing(string address) =>
        Assert.False(OciReference.TryParse(new Uri(address), out _));
}
