using CliWrap;
using CliWrap.Buffered;

namespace Samples.Bench;

/// <summary>The checkout that is measured, and the machine it is measured on.</summary>
public static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory) ?? Find(Environment.CurrentDirectory)
        ?? throw new DirectoryNotFoundException("Run this from the repository: there is no Samples.sln in this folder or above it.");

    /// <summary>Builds a program as it ships, Native AOT, and returns its path.</summary>
    /// <param name="project">Such as <c>Samples.Server</c>.</param>
    /// <param name="binary">Such as <c>server</c>.</param>
    public static async Task<string> PublishAsync(string project, string binary)
    {
        var target = Path.Combine(Root, "artifacts", "bench", binary);
        Console.Error.WriteLine($"Publishing {project} …");
        await Cli.Wrap("dotnet").WithArguments(["publish", Path.Combine(Root, "src", project), "--configuration", "Release", "--use-current-runtime", "--output", target, "--verbosity", "quiet"])
            .WithStandardErrorPipe(PipeTarget.ToStream(Console.OpenStandardError())).ExecuteAsync();
        return Path.Combine(target, binary);
    }

    /// <summary>What the figures depend on: the processor, the kernel, and the versions of what takes part.</summary>
    /// <param name="programs">With the option that makes each tell its version.</param>
    public static async Task<string> DescribeAsync(params (string Program, string Option)[] programs)
    {
        var model = File.ReadLines("/proc/cpuinfo").First(line => line.StartsWith("model name", StringComparison.Ordinal)).Split(": ")[1];
        var parts = new List<string> { $"{model}, {Environment.ProcessorCount} processors", $"Linux {await FirstLineAsync("uname", "-r")}", $".NET {Environment.Version}" };
        foreach (var (program, option) in programs)
            parts.Add(await FirstLineAsync(program, option));
        return string.Join("; ", parts) + ".";
    }

    private static async Task<string> FirstLineAsync(string program, string option)
    {
        var result = await Cli.Wrap(program).WithArguments([option]).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync();
        return (result.StandardOutput + result.StandardError).Split('\n')[0].Trim();
    }

    private static string? Find(string folder) =>
        File.Exists(Path.Combine(folder, "Samples.sln")) ? folder : Path.GetDirectoryName(folder) is { } above ? Find(above) : null;
}
