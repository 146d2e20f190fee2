using Microsoft.Extensions.Options;
using Samples.Hosting;
using Samples.Sidecar.Gates;
using Samples.Sidecar.Sources;

namespace Samples.Sidecar;

public sealed class SidecarOptions : SourceSettings
{
    public const string SectionName = "Sidecar";

    /// <summary>Where content comes from, see <see cref="ContentSource"/>.</summary>
    public string Source { get; set; } = "";

    /// <summary>More of them. Once bound, all of them, <see cref="Source"/> first.</summary>
    public IReadOnlyList<SourceOptions> Sources { get; set; } = [];

    /// <summary>Between two checks of the source, less or more a tenth.</summary>
    [Duration("00:00:00.1", "7.00:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Before the first check; the demo lets the Welcome page be seen.</summary>
    [Duration("00:00:00", "01:00:00")]
    public TimeSpan InitialDelay { get; set; } = TimeSpan.Zero;

    /// <summary>For one sync, from the check to the publication.</summary>
    [Duration("00:00:01", "1.00:00:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>The longest wait after failures in a row; a source's own Retry-After may be longer, up to an hour.</summary>
    [Duration("00:00:00.1", "1.00:00:00")]
    public TimeSpan MaxBackoff { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Where health, metrics, status and events are served.</summary>
    [ListenUrl]
    public string ManagementUrl { get; set; } = "http://*:8082";

    /// <summary>Releases kept beside the current one.</summary>
    [WholeNumber(0, 1000)]
    public int Keep { get; set; } = 3;

    /// <summary>A release that stopped being current less than this ago is never removed.</summary>
    [Duration("00:00:00", "7.00:00:00")]
    public TimeSpan Grace { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Bytes that the releases beside the current one may take; null for no bound.</summary>
    public ByteSize? MaxRetainedBytes { get; set; }

    /// <summary>How long a sync may take to abandon its staging once the sidecar was asked to stop.</summary>
    [Duration("00:00:00", "01:00:00")]
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Files that every release must have, parted by spaces.</summary>
    public string RequiredFiles { get; set; } = "";

    /// <summary>How many of the files of the same source's release before may be missing from the next, in percent; 100 for any number.</summary>
    [WholeNumber(0, 100)]
    public int MaxDeletedPercent { get; set; } = 100;

    /// <summary>Asked before each publication; see <see cref="Gates.HookGate"/>.</summary>
    [LoopbackUrl]
    public string HookUrl { get; set; } = "";

    [ValidateObjectMembers]
    public LimitsOptions Limits { get; set; } = new();
}

[OptionsValidator]
public sealed partial class SidecarOptionsValidator : IValidateOptions<SidecarOptions>;
