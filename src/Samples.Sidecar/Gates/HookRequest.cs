using System.Text.Json.Serialization;
using Samples.SharedVolume;

namespace Samples.Sidecar.Gates;

/// <summary>What a hook is asked about.</summary>
/// <param name="Release">The id that the release will have.</param>
/// <param name="Path">Its document root as long as the hook is asked, to be read only.</param>
/// <param name="Source">What it was made from.</param>
/// <param name="Files">How many.</param>
/// <param name="Bytes">Of all of them.</param>
/// <param name="Previous">The release that it would replace, or null.</param>
internal sealed record HookRequest(string Release, string Path, ReleaseSource Source, int Files, long Bytes, string? Previous);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(HookRequest))]
internal sealed partial class HookJson : JsonSerializerContext;
