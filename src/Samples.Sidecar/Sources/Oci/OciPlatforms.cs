using System.Runtime.InteropServices;
using Samples.SharedVolume;

namespace Samples.Sidecar.Sources.Oci;

/// <summary>Chooses from an index the manifest that is for this machine, or for any.</summary>
internal static class OciPlatforms
{
    /// <summary>As Go calls this process' own.</summary>
    private static readonly string _architecture = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => "amd64",
        Architecture.X86 => "386",
        var other => other.ToString().ToLowerInvariant(),
    };

    /// <exception cref="ContentRejectedException">There is none.</exception>
    public static OciDigest Choose(IReadOnlyList<OciDescriptor> manifests, string shown)
    {
        var chosen = manifests.FirstOrDefault(m => m.Platform is { Os: "linux", Architecture: { } architecture } && architecture == _architecture)
            ?? manifests.FirstOrDefault(m => m.Platform is null);
        return OciDigest.TryParse(chosen?.Digest, out var digest)
            ? digest
            : throw new ContentRejectedException(RejectionReason.Unsupported, $"Refused '{shown}': its index has no manifest for linux/{_architecture}.");
    }
}
