using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Samples.Sidecar.Sources;

/// <summary>The certificates of a source's TLS, from files that are read again at each handshake.</summary>
internal static class TlsFiles
{
    public static SslClientAuthenticationOptions OptionsFor(Uri origin, SourceSettings settings)
    {
        var options = new SslClientAuthenticationOptions();
        if (settings.CaPath.Length > 0)
        {
            options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) == SslPolicyErrors.None
                && certificate is X509Certificate2 leaf && IsTrusted(leaf, chain, settings.CaPath);
        }

        // A redirect to another host must not get to see who this client is.
        if (settings.ClientCertificatePath.Length > 0)
        {
            options.LocalCertificateSelectionCallback = (_, host, _, _, _) =>
                host == origin.IdnHost ? LoadClient(settings.ClientCertificatePath, settings.ClientKeyPath) : null!;
        }

        return options;
    }

    private static bool IsTrusted(X509Certificate2 leaf, X509Chain? presented, string caPath)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        Read(caPath, () => chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(caPath));
        if (presented is not null)
            chain.ChainPolicy.ExtraStore.AddRange(presented.ChainPolicy.ExtraStore);
        return chain.Build(leaf);
    }

    private static X509Certificate2 LoadClient(string path, string keyPath)
    {
        X509Certificate2? certificate = null;
        Read(path, () => certificate = X509Certificate2.CreateFromPemFile(path, keyPath.Length > 0 ? keyPath : null));
        return certificate!;
    }

    private static void Read(string path, Action read)
    {
        try
        {
            read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new IOException($"The certificate in '{path}' cannot be used: {e.Message}", e);
        }
    }
}
