using System.Diagnostics;

namespace Samples.Sidecar.Tests.Rig;

/// <summary>What a person would type.</summary>
internal static class Shell
{
    public static async Task RunAsync(string command)
    {
        using var shell = Process.Start("sh", ["-c", command]);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Eventually.Deadline, TestContext.Current.CancellationToken);
        Assert.Equal(0, shell.ExitCode);
    }
}
