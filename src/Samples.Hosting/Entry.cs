using System.Net.Sockets;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Samples.Hosting;

/// <summary>
/// The one boundary of a program where exceptions end: each becomes a line for the person who reads the log,
/// and an exit code for the machine that started the program.
/// </summary>
public static partial class Entry
{
    /// <summary>Runs a program to its end and returns its exit code, see <see cref="ExitCode"/>.</summary>
    /// <param name="name">The program's name, as the log's category.</param>
    /// <param name="args">The command line, which may say how to log.</param>
    /// <param name="run">The program; what it returns is the exit code.</param>
    public static async Task<int> RunAsync(string name, string[] args, Func<Task<int>> run)
    {
        try
        {
            return await run().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            var configuration = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build();
            using var loggers = LoggerFactory.Create(logging => logging.AddEarlyConsoleLog(configuration));
            return Explain(e, loggers.CreateLogger(name));
        }
    }

    private static int Explain(Exception exception, ILogger logger)
    {
        switch (exception)
        {
            case OptionsValidationException invalid:
                // The options validator puts the property's name before a message that names the setting itself.
                foreach (var failure in invalid.Failures)
                    Log.BadSetting(logger, failure[(failure.IndexOf(": ", StringComparison.Ordinal) + 1)..].TrimStart());
                return ExitCode.BadConfiguration;
            case InvalidSettingException or FormatException:
                Log.BadSetting(logger, exception.Message);
                return ExitCode.BadConfiguration;
            // How the configuration binder reports a value that does not parse.
            case InvalidOperationException { InnerException: FormatException or ArgumentException or OverflowException or InvalidSettingException } binding:
                Log.BadSetting(logger, Rephrase(binding));
                return ExitCode.BadConfiguration;
            case OperationCanceledException:
                Log.Stopped(logger);
                return ExitCode.Failed;
            case IOException or UnauthorizedAccessException or SocketException or HttpRequestException:
                Log.Failed(logger, exception.Message);
                return ExitCode.Failed;
            default:
                Log.Crashed(logger, exception);
                return ExitCode.Failed;
        }
    }

    /// <summary>The binder's own words name a .NET type; these name the setting and what it takes.</summary>
    private static string Rephrase(InvalidOperationException binding)
    {
        var words = BinderWords().Match(binding.Message);
        if (!words.Success)
            return $"{binding.Message} {binding.InnerException!.Message}";

        var allowed = words.Groups["type"].Value switch
        {
            "System.TimeSpan" => "a duration, as [d.]hh:mm:ss",
            "System.Int32" or "System.Int64" => "a whole number",
            "System.Boolean" => "true or false",
            var type => $"a {type}",
        };
        return $"{words.Groups["setting"].Value.Replace(":", "__", StringComparison.Ordinal)} is '{words.Groups["value"].Value}'; it takes {allowed}.";
    }

    [GeneratedRegex("^Failed to convert configuration value '(?<value>.*)' at '(?<setting>[^']+)' to type '(?<type>[^']+)'", RegexOptions.Singleline)]
    private static partial Regex BinderWords();

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Critical, "Bad configuration: {Problem}")]
        public static partial void BadSetting(ILogger logger, string problem);

        [LoggerMessage(LogLevel.Critical, "Failed: {Problem}")]
        public static partial void Failed(ILogger logger, string problem);

        [LoggerMessage(LogLevel.Critical, "Stopped before the work was done")]
        public static partial void Stopped(ILogger logger);

        [LoggerMessage(LogLevel.Critical, "Crashed by an error that nobody foresaw; please report it")]
        public static partial void Crashed(ILogger logger, Exception exception);
    }
}
