using System.Text.Json.Serialization;

namespace Samples.Sidecar.Sync;

/// <summary>What was wrong with the volume, as the metric's label says it.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<RepairReason>))]
public enum RepairReason
{
    /// <summary>A folder of the volume's layout was missing.</summary>
    Folder,

    /// <summary>Something lay in <c>.staging/</c> or <c>releases/</c> that belongs to nobody.</summary>
    Leftover,

    /// <summary><c>current</c> was missing, was no link, or led to no release.</summary>
    Link,

    /// <summary>The current release was not what had been published.</summary>
    Release,

    /// <summary>The release that a rollback had pinned was gone, and no other was there.</summary>
    Pin,
}
