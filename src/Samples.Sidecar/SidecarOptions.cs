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

    /// <summary>As <see cref="Interval"/>, until the first success; null for the same.</summary>
    [Duration("00:00:00.1", "7.00:00:00")]
    public TimeSpan? InitialInterval { get; set; }

    /// <summary>Before the first check; the demo lets the Welcome page be seen.</summary>
    [Duration("00:00:00", "01:00:00")]
    public TimeSpan InitialDelay { get; set; } = TimeSpan.Zero;

    /// <summary>For one sync, from the check to the publication.</summary>
    [Duration("00:00:01", "1.00:00:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>The longest wait after failures in a row; a source's own Retry-After may be longer, up to an hour.</summary>
    [Duration("00:00:00.1", "1.00:00:00")]
    public TimeSpan MaxBackoff { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Failures in a row after which the program ends, with exit code 1; 0 for never. Content that is refused is no failure of its source.</summary>
    [WholeNumber(0, 1_000_000)]
    public int MaxFailures { get; set; }

    /// <summary>With the last success longer ago, the sidecar is not ready; null for ready whatever its age.</summary>
    [Duration("00:00:01", "365.00:00:00")]
    public TimeSpan? MaxStaleness { get; set; }

    /// <summary>Between two readings of the whole current release, which hold every byte against its hash; 0 for never.</summary>
    [Duration("00:00:00", "365.00:00:00")]
    public TimeSpan VerifyInterval { get; set; } = TimeSpan.FromHours(1);

    /// <summary>A file that is there while syncs fail; a relative path is one in the volume.</summary>
    public string ErrorFile { get; set; } = "";

    /// <summary>A file whose time is that of the last publication; a relative path is one in the volume.</summary>
    public string TouchFile { get; set; } = "";

    /// <summary>A file with the secret by which <c>POST /sync</c> is signed; empty for no such endpoint.</summary>
    public string WebhookSecretPath { get; set; } = "";

    /// <summary>Told of every release by HTTP POST; empty for nobody.</summary>
    [HttpUrl]
    public string NotifyUrl { get; set; } = "";

    /// <summary>A file with the bearer token (RFC 6750) for <see cref="NotifyUrl"/>; empty for none.</summary>
    public string NotifyTokenPath { get; set; } = "";

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
