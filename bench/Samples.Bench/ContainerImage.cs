using System.Globalization;
using CliWrap;
using CliWrap.Buffered;

namespace Samples.Bench;

/// <summary>An image of <c>docker-compose.yml</c>, as the engine has it.</summary>
/// <param name="Name">With its tag.</param>
/// <param name="Size">Bytes of all its layers, unpacked.</param>
/// <param name="OwnSize">Bytes of those above the base image's.</param>
public sealed record ContainerImage(string Name, long Size, long OwnSize)
{
    /// <summary>What the Dockerfile's images are based on; one that is not is an error.</summary>
    public const string Base = "mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled";

    /// <summary>Whether a container engine answers, with Compose.</summary>
    public static async Task<bool> CanBuildAsync() =>
        Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, "docker")))
        && (await Cli.Wrap("docker").WithArguments(["compose", "ls"]).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync()).IsSuccess;

    /// <exception cref="InvalidOperationException">An image has another base.</exception>
    public static async Task<IReadOnlyList<ContainerImage>> BuildAsync()
    {
        string[] compose = ["compose", "--file", Path.Combine(Repository.Root, "docker-compose.yml")];
        Console.Error.WriteLine("Building the images …");
        await DockerAsync([.. compose, "build", "--quiet"]);
        var (baseSize, baseLayers) = await InspectAsync(Base);
        var images = new List<ContainerImage>();
        foreach (var name in await DockerAsync([.. compose, "config", "--images"]))
        {
            var (size, layers) = await InspectAsync(name);
            if (!layers.StartsWith(baseLayers, StringComparison.Ordinal))
                throw new InvalidOperationException($"'{name}' is not based on {Base}.");
            images.Add(new ContainerImage(name, size, size - baseSize));
        }

        return images;
    }

    /// <summary>Whether the base image is one of its registry's, and not a stand-in made on this machine.</summary>
    public static async Task<bool> HasGenuineBaseAsync() => (await DockerAsync("image", "inspect", "--format", "{{len .RepoDigests}}", Base))[0] != "0";

    private static async Task<(long Size, string Layers)> InspectAsync(string image)
    {
        var parts = (await DockerAsync("image", "inspect", "--format", "{{.Size}} {{join .RootFS.Layers \" \"}}", image))[0].Split(' ', 2);
        return (long.Parse(parts[0], CultureInfo.InvariantCulture), parts[1]);
    }

    private static async Task<string[]> DockerAsync(params string[] args) =>
        (await Cli.Wrap("docker").WithArguments(args).ExecuteBufferedAsync()).StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
