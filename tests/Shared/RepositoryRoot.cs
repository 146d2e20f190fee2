namespace Samples.Testing;

/// <summary>The folder that holds Samples.sln: where tests find manifests, content and scripts.</summary>
internal static class RepositoryRoot
{
    /// <exception cref="DirectoryNotFoundException">The tests run outside a clone of the repository.</exception>
    public static string Path { get; } = Find();

    /// <param name="relative">With '/' between its parts: <c>k8s/pod.yaml</c>.</param>
    public static string Combine(string relative) => System.IO.Path.Combine(Path, relative);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Samples.sln")))
                return folder.FullName;

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds Samples.sln.");
    }
}
