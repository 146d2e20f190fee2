using System.Text.Json.Serialization;

namespace Samples.Sidecar.Sources.Oci;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(OciManifest))]
[JsonSerializable(typeof(OciToken))]
internal sealed partial class OciJson : JsonSerializerContext;
