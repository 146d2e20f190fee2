namespace Samples.Testing;

/// <summary>The programs themselves, as the build put them beside the tests that refer to their projects.</summary>
internal static class BuiltProgram
{
    public static string Init => Find("Samples.Init", "init");

    public static string Sidecar => Find("Samples.Sidecar", "sidecar");

    public static string Server => Find("Samples.Server", "server");

    /// <summary>artifacts/bin/&lt;project&gt;/&lt;configuration&gt;/&lt;program&gt;</summary>
    private static string Find(string project, string program)
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(own.Parent!.Parent!.FullName, project, own.Name, program);
    }
}
