using System.Diagnostics;

namespace Samples.Sidecar.Tests.Rig;

/// <summary>A key pair made by the openssl command, and signatures by it: the tests know nothing of how the sidecar verifies.</summary>
internal sealed class SigningKey : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private SigningKey()
    {
    }

    /// <summary>The public key's file.</summary>
    public string PublicPath => _folder["public.pem"];

    public string PublicPem => File.ReadAllText(PublicPath);

    public string PrivatePem => File.ReadAllText(_folder["private.pem"]);

    /// <param name="curve">As openssl calls it; P-256 is the one that is trusted.</param>
    public static SigningKey Create(string curve = "prime256v1")
    {
        Needs.Program("openssl");
        var key = new SigningKey();
        Run("genpkey", "-algorithm", "EC", "-pkeyopt", $"ec_paramgen_curve:{curve}", "-out", key._folder["private.pem"]);
        Run("pkey", "-in", key._folder["private.pem"], "-pubout", "-out", key.PublicPath);
        return key;
    }

    /// <summary>As <c>cosign sign-blob</c> writes it: DER in Base64.</summary>
    public string Sign(byte[] content)
    {
        File.WriteAllBytes(_folder["content"], content);
        Run("dgst", "-sha256", "-sign", _folder["private.pem"], "-out", _folder["signature"], _folder["content"]);
        return Convert.ToBase64String(File.ReadAllBytes(_folder["signature"]));
    }

    public void Dispose() => _folder.Dispose();

    private static void Run(params string[] arguments)
    {
        using var openssl = Process.Start(new ProcessStartInfo("openssl", arguments) { RedirectStandardError = true })!;
        var errors = openssl.StandardError.ReadToEnd();
        Assert.True(openssl.WaitForExit(Eventually.Deadline) && openssl.ExitCode == 0, errors);
    }
}
