using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Samples.Sidecar.Sync;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Sources;

public sealed class TlsFilesTests : IDisposable
{
    private readonly TemporaryFolder _secrets = new();
    private readonly X509Certificate2 _authority = Make("CN=authority", isAuthority: true);

    public TlsFilesTests() => _secrets.Write("ca.pem", _authority.ExportCertificatePem());

    public void Dispose()
    {
        _secrets.Dispose();
        _authority.Dispose();
    }

    [Fact]
    public async Task Sync_TrustsTheConfiguredAuthority_AndNoOther()
    {
        await using var server = await StartAsync("127.0.0.1");
        using var stranger = Make("CN=stranger", isAuthority: true);
        _secrets.Write("stranger.pem", stranger.ExportCertificatePem());

        await using var system = await RunningSidecar.StartAsync(server.Url("site.tar"));
        await using var trusting = await RunningSidecar.StartAsync(server.Url("site.tar"), null, null, $"--Sidecar:CaPath={_secrets["ca.pem"]}");
        await using var mistaken = await RunningSidecar.StartAsync(server.Url("site.tar"), null, null, $"--Sidecar:CaPath={_secrets["stranger.pem"]}");

        Assert.Equal((SyncResult.Failed, SyncResult.Published, SyncResult.Failed), (system.Last.Result, trusting.Last.Result, mistaken.Last.Result));
        Assert.Contains("certificate", mistaken.Last.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sync_RefusesATrustedCertificate_OfAnotherHost()
    {
        await using var server = await StartAsync("192.0.2.1");

        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"), null, null, $"--Sidecar:CaPath={_secrets["ca.pem"]}");

        Assert.Equal(SyncResult.Failed, sidecar.Last.Result);
    }

    [Fact]
    public async Task Sync_NamesTheFile_WhenTheAuthorityCannotBeRead()
    {
        await using var server = await StartAsync("127.0.0.1");

        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"), null, null, $"--Sidecar:CaPath={_secrets["nowhere.pem"]}");

        Assert.Contains($"The certificate in '{_secrets["nowhere.pem"]}' cannot be used", sidecar.Last.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Sync_ShowsItsOwnCertificate_WhereOneIsAskedFor(bool isOneFile)
    {
        using var client = Make("CN=client", isAuthority: false);
        var key = client.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem();
        _secrets.Write("client.pem", client.ExportCertificatePem() + (isOneFile ? "\n" + key : ""));
        _secrets.Write("client.key", key);
        var seen = "";
        await using var server = await StartAsync("127.0.0.1", certificate => seen = certificate.Subject);
        string[] settings = [$"--Sidecar:CaPath={_secrets["ca.pem"]}", $"--Sidecar:ClientCertificatePath={_secrets["client.pem"]}"];

        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"), null, null, isOneFile ? settings : [.. settings, $"--Sidecar:ClientKeyPath={_secrets["client.key"]}"]);

        Assert.Equal((SyncResult.Published, "CN=client"), (sidecar.Last.Result, seen));
    }

    private async Task<ArchiveServer> StartAsync(string host, Action<X509Certificate2>? onClient = null)
    {
        // Kestrel on Linux takes keys that have been through PKCS #12.
        var certificate = X509CertificateLoader.LoadPkcs12(Make("CN=server", isAuthority: false, IPAddress.Parse(host), _authority).Export(X509ContentType.Pkcs12), null);
        var server = await ArchiveServer.StartAsync(https =>
        {
            https.ServerCertificate = certificate;
            if (onClient is null)
                return;
            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            https.ClientCertificateValidation = (presented, _, _) =>
            {
                onClient(presented);
                return true;
            };
        });
        server.Serve(Tar.Of(("index.html", "hello")), "\"1\"");
        return server;
    }

    private static X509Certificate2 Make(string name, bool isAuthority, IPAddress? host = null, X509Certificate2? issuer = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        if (host is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddIpAddress(host);
            request.CertificateExtensions.Add(names.Build());
        }

        var (from, to) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        if (issuer is null)
            return request.CreateSelfSigned(from, to);
        using var issued = request.Create(issuer, from, issuer.NotAfter, Guid.NewGuid().ToByteArray());
        return issued.CopyWithPrivateKey(key);
    }
}
