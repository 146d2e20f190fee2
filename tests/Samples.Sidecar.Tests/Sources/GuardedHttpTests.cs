using System.Net;
using Microsoft.AspNetCore.Http;
using Samples.Sidecar.Sources;
using Samples.Sidecar.Sync;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Sources;

public sealed class GuardedHttpTests
{
    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("169.254.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("64:ff9b::169.254.169.254")]
    [InlineData("fe80::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fd20:ce::254")]
    [InlineData("fd00:c1::a9fe:a9fe")]
    [InlineData("100.100.100.200")]
    [InlineData("::ffff:100.100.100.200")]
    [InlineData("168.63.129.16")]
    [InlineData("192.0.0.192")]
    public void IsForbidden_WhenAddressIsLinkLocalOrAMetadataService(string address)
    {
        Assert.True(GuardedHttp.IsForbidden(IPAddress.Parse(address)));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("10.0.0.1")]
    [InlineData("192.168.254.169")]
    [InlineData("172.16.169.254")]
    [InlineData("93.184.216.34")]
    [InlineData("fd00::1")]
    [InlineData("2001:db8::169.254.169.254")]
    public void IsForbidden_LetsOthersThrough_PrivateOnesToo(string address)
    {
        Assert.False(GuardedHttp.IsForbidden(IPAddress.Parse(address)));
    }

    [Theory]
    [InlineData("http://169.254.169.254/site.tar", "169.254.169.254")]
    [InlineData("http://2852039166/site.tar", "169.254.169.254")]
    [InlineData("http://[::ffff:169.254.169.254]/site.tar", "::ffff:169.254.169.254")]
    [InlineData("http://[fd00:ec2::254]/site.tar", "fd00:ec2::254")]
    public async Task Sync_DoesNotConnect_WhenSourceIsForbidden(string source, string address)
    {
        await using var sidecar = await RunningSidecar.StartAsync(source);

        Assert.Equal(SyncResult.Failed, sidecar.Last.Result);
        Assert.Contains($"leads to {address}, a link-local or metadata address", sidecar.Last.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data/site.tar")]
    [InlineData("http://[::ffff:a9fe:a9fe]/site.tar")]
    public async Task Sync_DoesNotConnect_WhenARedirectLeadsToAForbiddenAddress(string location)
    {
        await using var server = await ArchiveServer.StartAsync();
        server.Answer = context => Results.Redirect(location).ExecuteAsync(context);

        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"));

        Assert.Equal(SyncResult.Failed, sidecar.Last.Result);
        Assert.Contains("a link-local or metadata address, which a source must not", sidecar.Last.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("10.1.2.3", true)]
    [InlineData("172.31.0.1", true)]
    [InlineData("192.168.0.1", true)]
    [InlineData("100.64.0.1", true)]
    [InlineData("::ffff:10.1.2.3", true)]
    [InlineData("fd12::1", true)]
    [InlineData("0.0.0.0", true)]
    [InlineData("172.32.0.1", false)]
    [InlineData("93.184.216.34", false)]
    [InlineData("2606:4700::1", false)]
    public void IsPrivate_WhenAddressIsOfANetworkOfOnesOwn(string address, bool isPrivate)
    {
        Assert.Equal(isPrivate, GuardedHttp.IsPrivate(IPAddress.Parse(address)));
    }

    [Fact]
    public async Task Sync_DoesNotConnectToAPrivateAddress_WhereThatIsForbidden()
    {
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(Tar.Of(("index.html", "hello")), "\"1\"");

        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"), null, null, "--Sidecar:AllowPrivateAddresses=false");

        Assert.Empty(server.Requests);
        Assert.Contains("leads to 127.0.0.1, a private address, which Sidecar__AllowPrivateAddresses forbids", sidecar.Last.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Query_IsSentButNeverShown()
    {
        const string Canary = "canary-7f3a";
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(Tar.Of(("index.html", "hello")), "\"1\"");
        await using var sidecar = await RunningSidecar.StartAsync(server.Url($"site.tar?token={Canary}"));
        server.Serve(Tar.OfBlocks(Tar.Entry("../x")), "\"2\"");
        await sidecar.SyncAsync();
        server.Serve([1, 2, 3], "\"3\"");
        await sidecar.SyncAsync();
        server.Answer = context => Results.StatusCode(500).ExecuteAsync(context);
        await sidecar.SyncAsync();

        var shown = string.Join('\n', [.. sidecar.Log, await sidecar.GetAsync("/status"), await sidecar.GetAsync("/metrics"), await File.ReadAllTextAsync(Path.Combine(sidecar.Volume.CurrentLink, "release.json"), TestContext.Current.CancellationToken)]);

        Assert.All(server.Requests, request => Assert.Equal($"/site.tar?token={Canary}", request.Target));
        Assert.Equal(4, server.Requests.Count);
        Assert.DoesNotContain(Canary, shown, StringComparison.Ordinal);
    }
}
