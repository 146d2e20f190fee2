using System.Text.Json.Serialization;

namespace Samples.Sidecar.Sources.Oci;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(OciManifest))]
[JsonSerializable(typeof(OciToken))]
[JsonSerializable(typeof(CosignPayload))]
internal sealed partial class OciJson : JsonSerializerContext;
