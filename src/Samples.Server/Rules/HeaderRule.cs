namespace Samples.Server;

/// <summary>A block of <c>_headers</c>: which paths it is for, and what it does to their headers, in the order of its lines.</summary>
internal sealed record HeaderRule(PathPattern Path)
{
    public List<HeaderChange> Changes { get; } = [];
}
