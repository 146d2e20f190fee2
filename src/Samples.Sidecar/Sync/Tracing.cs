using System.Diagnostics;

namespace Samples.Sidecar.Sync;

/// <summary>Spans of a sync, which cost nothing where nobody listens.</summary>
internal static class Tracing
{
    public const string SourceName = "Samples.Sidecar";

    private static readonly ActivitySource _source = new(SourceName);

    public static Activity? Start(string name) => _source.StartActivity(name);
}
