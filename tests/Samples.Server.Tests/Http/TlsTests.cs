using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;

namespace Samples.Server.Tests;

public sealed class TlsTests : IDisposable
{
    private readonly TestVolume _volume = new();
    private readonly TemporaryFolder _folder = new();

    public TlsTests() => _volume.Publish("index.html", "home");

    public void Dispose()
    {
        _volume.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Https_SpeaksHttp2_WhereTheClientDoes()
    {
        Mount("one");
        await using var server = await StartAsync();

        foreach (var version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
        {
            using var response = await GetAsync(server.UrlOf("https"), version);

            Assert.Equal(version, response.Version);
            Assert.Equal("home", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task H2c_HasAnEndpointOfItsOwn()
    {
        await using var server = await TestServer.StartAsync(
            _volume, "--Kestrel:Endpoints:h2c:Url=http://127.0.0.1:0", "--Kestrel:Endpoints:h2c:Protocols=Http2");

        using var response = await GetAsync(server.Urls[^1], HttpVersion.Version20);

        Assert.Equal(HttpVersion.Version20, response.Version);
        Assert.Equal("home", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task NewHandshakes_GetTheNewCertificate_OnceItsLinkIsSwapped()
    {
        var time = new FakeTimeProvider();
        Mount("one");
        await using var server = await StartAsync(time);
        using var before = await HandshakeAsync(server);
        Assert.Equal("CN=one", SubjectOf(before));

        Mount("two");
        time.Advance(TimeSpan.FromSeconds(2));

        using var after = await HandshakeAsync(server);
        Assert.Equal("CN=two", SubjectOf(after));
        Assert.Contains(server.Log.Events, e => e.Message.StartsWith("Took up the certificate of ", StringComparison.Ordinal));
        await AssertAnswersAsync(before); // a rotation ends no connection
    }

    [Fact]
    public async Task Certificate_StaysAsItWas_WhenTheNewOneIsBroken()
    {
        var time = new FakeTimeProvider();
        Mount("one");
        await using var server = await StartAsync(time);

        Mount("two", key => key[..100]);
        time.Advance(TimeSpan.FromSeconds(2));
        using var broken = await HandshakeAsync(server);
        Assert.Equal("CN=one", SubjectOf(broken));
        Assert.Contains(server.Log.Events, e => e.Message.StartsWith("Could not take up the certificate of ", StringComparison.Ordinal));

        Mount("three");
        time.Advance(TimeSpan.FromSeconds(2));
        using var mended = await HandshakeAsync(server);
        Assert.Equal("CN=three", SubjectOf(mended));
    }

    /// <summary>As the kubelet does with a Secret: <c>tls.crt → ..data/tls.crt</c>, and <c>..data</c> is what is swapped.</summary>
    private void Mount(string name, Func<string, string>? spoil = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        _folder.Write($"..{name}/tls.crt", certificate.ExportCertificatePem());
        var pem = key.ExportPkcs8PrivateKeyPem();
        _folder.Write($"..{name}/tls.key", spoil is null ? pem : spoil(pem));
        if (Directory.Exists(_folder["..data"]))
            Directory.Delete(_folder["..data"]); // the link
        Directory.CreateSymbolicLink(_folder["..data"], $"..{name}");
        foreach (var file in new[] { "tls.crt", "tls.key" })
        {
            if (!File.Exists(_folder[file]))
                File.CreateSymbolicLink(_folder[file], $"..data/{file}");
        }
    }

    private Task<TestServer> StartAsync(TimeProvider? time = null) => TestServer.StartWithAsync(
        _volume, time, null,
        "--Kestrel:Endpoints:https:Url=https://127.0.0.1:0",
        $"--Kestrel:Endpoints:https:Certificate:Path={_folder["tls.crt"]}",
        $"--Kestrel:Endpoints:https:Certificate:KeyPath={_folder["tls.key"]}");

    private static async Task<HttpResponseMessage> GetAsync(Uri server, Version version)
    {
        using var handler = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null } };
        using var client = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, server) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static async Task<SslStream> HandshakeAsync(TestServer server)
    {
        var url = server.UrlOf("https");
        var client = new TcpClient(url.Host, url.Port);
        var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, certificate, _, _) => certificate is not null);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "site.example" }, TestContext.Current.CancellationToken);
        return tls;
    }

    private static string? SubjectOf(SslStream tls) => tls.RemoteCertificate?.Subject;

    private static async Task AssertAnswersAsync(SslStream tls)
    {
        await tls.WriteAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(tls);
        Assert.EndsWith("home", await reader.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
