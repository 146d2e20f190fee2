using Microsoft.Extensions.Options;
using Samples.Hosting;

namespace Samples.Server;

public sealed class ServerOptions
{
    public const string SectionName = "Server";

    /// <summary>Where the site and the YARP routes are served.</summary>
    [ListenUrl]
    public string Url { get; set; } = "http://*:8080";

    /// <summary>Where <c>/healthz</c>, <c>/readyz</c> and <c>/metrics</c> are served.</summary>
    [ListenUrl]
    public string ManagementUrl { get; set; } = "http://*:8081";

    /// <summary>Bytes of small files kept ready in memory.</summary>
    public ByteSize MemoryBudget { get; set; } = ByteSize.FromMiB(64);
}

[OptionsValidator]
public sealed partial class ServerOptionsValidator : IValidateOptions<ServerOptions>;
