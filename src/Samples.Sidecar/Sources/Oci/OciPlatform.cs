namespace Samples.Sidecar.Sources.Oci;

/// <param name="Architecture">As Go calls it: <c>amd64</c>, <c>arm64</c>.</param>
internal sealed record OciPlatform(string? Architecture = null, string? Os = null);
