using System.Text.Json;
using CliWrap;
using CliWrap.Buffered;

namespace Samples.Init.Tests;

/// <summary>The real program, run to its end, and what it had to say.</summary>
internal sealed record InitRun(int ExitCode, string Output, string Error)
{
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The rendered message of each line of the log, which is one JSON object; without the quotes that Serilog puts around values.</summary>
    public string[] Messages => [.. Lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("@m").GetString()!.Replace("\"", "", StringComparison.Ordinal))];

    /// <param name="environment">What env(1) takes: settings such as <c>Init__Title=Hello</c>, then what to run the program under, if anything.</param>
    public static async Task<InitRun> RunAsync(params string[] environment)
    {
        var result = await Cli.Wrap("env")
            .WithArguments([.. environment, BuiltProgram.Init])
            .WithWorkingDirectory("/")
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken);
        return new InitRun(result.ExitCode, result.StandardOutput, result.StandardError);
    }
}
