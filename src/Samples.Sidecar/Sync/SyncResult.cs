using System.Text.Json.Serialization;

namespace Samples.Sidecar.Sync;

/// <summary>How a sync ended.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<SyncResult>))]
public enum SyncResult
{
    /// <summary>A release became current.</summary>
    Published,

    /// <summary>The source has nothing new.</summary>
    Unchanged,

    /// <summary>A rollback has pinned a release; nothing was fetched.</summary>
    Pinned,

    /// <summary>The content must not be published. Its revision is not fetched again.</summary>
    Rejected,

    /// <summary>The source or the volume failed. It is tried again.</summary>
    Failed,
}
