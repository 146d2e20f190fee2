namespace Samples.Sidecar.Gates;

/// <summary>The gates that the settings ask for, the cheap ones first.</summary>
internal static class PublishGates
{
    public static IReadOnlyList<IPublishGate> Create(SidecarOptions options)
    {
        var gates = new List<IPublishGate>();
        if (options.RequiredFiles.Length > 0)
            gates.Add(new RequiredFilesGate(options.RequiredFiles.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        if (options.MaxDeletedPercent < 100)
            gates.Add(new DeletionGate(options.MaxDeletedPercent));
        if (options.HookUrl.Length > 0)
            gates.Add(new HookGate(new Uri(options.HookUrl)));
        return gates;
    }
}
