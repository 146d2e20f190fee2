using System.Text.Json.Serialization;

namespace Samples.Sidecar.Sources.Oci;

/// <summary>A token service's answer (distribution token spec); the token has either of two names.</summary>
/// <param name="ExpiresIn">In seconds; a minute where it is not said.</param>
internal sealed record OciToken(
    string? Token = null,
    [property: JsonPropertyName("access_token")] string? AccessToken = null,
    [property: JsonPropertyName("expires_in")] int? ExpiresIn = null);
