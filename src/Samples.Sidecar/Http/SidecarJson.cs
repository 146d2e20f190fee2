using System.Text.Json.Serialization;
using Samples.Sidecar.Sync;

namespace Samples.Sidecar.Http;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SidecarStatus))]
internal sealed partial class SidecarJson : JsonSerializerContext;
