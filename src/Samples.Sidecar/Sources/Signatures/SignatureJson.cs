using System.Text.Json.Serialization;

namespace Samples.Sidecar.Sources.Signatures;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SigstoreBundle))]
[JsonSerializable(typeof(InTotoStatement))]
internal sealed partial class SignatureJson : JsonSerializerContext;
