using System.Text.Json;
using System.Text.Json.Serialization;

namespace Samples.Sidecar.Sync;

/// <summary>Writes an enum's value as JSON writes a property's name.</summary>
internal sealed class CamelCaseEnumConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase)
    where T : struct, Enum;
