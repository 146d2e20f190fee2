using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Samples.Sidecar.Tests.Rig;

/// <summary>A certificate of 127.0.0.1 by itself, for servers of tests and for those who are to trust them.</summary>
internal sealed class LoopbackCertificate : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly X509Certificate2 _certificate;

    public LoopbackCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=loopback", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        // Kestrel on Linux takes keys that have been through PKCS #12.
        _certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
        _folder.Write("ca.pem", made.ExportCertificatePem());
    }

    /// <summary>The setting of a sidecar that trusts it.</summary>
    public string Setting => $"--Sidecar:CaPath={_folder["ca.pem"]}";

    public void Use(HttpsConnectionAdapterOptions https) => https.ServerCertificate = _certificate;

    public void Dispose()
    {
        _certificate.Dispose();
        _folder.Dispose();
    }
}
