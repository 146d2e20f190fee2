using System.Text.Json.Serialization;

namespace Samples.Sidecar.Sync;

[JsonConverter(typeof(CamelCaseEnumConverter<SidecarState>))]
public enum SidecarState
{
    /// <summary>No sidecar runs; only the <c>status</c> verb says so.</summary>
    Stopped,

    /// <summary>The first sync has not ended.</summary>
    Starting,

    /// <summary>The last sync succeeded.</summary>
    Synced,

    /// <summary>The last sync failed or was rejected; what is served stays as it is.</summary>
    Failing,

    /// <summary>A rollback holds the current release.</summary>
    Pinned,

    /// <summary>Another sidecar holds the volume's lock.</summary>
    Standby,
}
