using System.Text.Json.Serialization;
using Samples.Sidecar.Notify;
using Samples.Sidecar.Sync;

namespace Samples.Sidecar.Http;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SidecarStatus))]
[JsonSerializable(typeof(SyncError))]
[JsonSerializable(typeof(Notification))]
internal sealed partial class SidecarJson : JsonSerializerContext;
