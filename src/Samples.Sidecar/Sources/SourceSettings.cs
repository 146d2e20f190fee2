namespace Samples.Sidecar.Sources;

/// <summary>
/// How a source is read. Set below <c>Sidecar</c> it holds for every source, below <c>Sidecar:Sources:N</c> for that one.
/// All files named here are read again at each use, as Secrets are rotated while the sidecar runs.
/// </summary>
public abstract class SourceSettings
{
    /// <summary>Globs of the paths to publish, parted by spaces; empty for all. See <see cref="ContentFilter"/>.</summary>
    public string Include { get; set; } = "";

    /// <summary>Globs of the paths to pass over, parted by spaces.</summary>
    public string Exclude { get; set; } = "";

    /// <summary>For Basic authentication, with <see cref="PasswordPath"/>.</summary>
    public string Username { get; set; } = "";

    /// <summary>A file with the password, for Basic authentication.</summary>
    public string PasswordPath { get; set; } = "";

    /// <summary>A file with a bearer token (RFC 6750).</summary>
    public string TokenPath { get; set; } = "";

    /// <summary>A file with the client's certificate, PEM.</summary>
    public string ClientCertificatePath { get; set; } = "";

    /// <summary>A file with that certificate's private key, PEM; empty where the certificate's file holds it.</summary>
    public string ClientKeyPath { get; set; } = "";

    /// <summary>A file with the certificates of the authorities to trust in place of the system's, PEM.</summary>
    public string CaPath { get; set; } = "";

    /// <summary>Whether an archive is held against the SHA-256 in the file of its name with <c>.sha256</c> behind it.</summary>
    public bool VerifySha256 { get; set; }

    /// <summary>A file with public keys, PEM, ECDSA P-256: content that none of them has signed is rejected.</summary>
    public string PublicKeyPath { get; set; } = "";

    /// <summary>Files of a shared release that are fetched at a time, 1 to 64.</summary>
    public int MaxConcurrentRequests { get; set; } = 4;

    /// <summary>Whether addresses of private networks and this very machine may be connected to; link-local ones never are.</summary>
    public bool AllowPrivateAddresses { get; set; } = true;
}
