using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Extensions.Logging;
using Serilog.Formatting.Compact;

namespace Samples.Hosting;

/// <summary>
/// Logs to standard output through Serilog: one compact JSON event a line where a machine reads, readable
/// text where a person does. Levels are .NET's usual <c>Logging__LogLevel__…</c>.
/// </summary>
/// <remarks>Configured in code: Serilog.Settings.Configuration needs reflection that Native AOT does not have.</remarks>
public static class ConsoleLog
{
    /// <summary><c>json</c> or <c>text</c>; without it, text in a terminal and JSON elsewhere.</summary>
    public const string FormatSetting = "Logging:Format";

    private const string TextTemplate = "{Timestamp:HH:mm:ss.fff} {Level:u3} {Message:lj}{NewLine}{Exception}";

    /// <remarks>
    /// The frameworks' own chatter is off unless a setting asks for it; the host's own word on a failed start is
    /// off because <see cref="Entry"/> says it in one line.
    /// </remarks>
    /// <exception cref="InvalidSettingException">The format is neither <c>json</c> nor <c>text</c>.</exception>
    public static ILoggingBuilder AddConsoleLog(this ILoggingBuilder logging, IConfiguration configuration)
    {
        var text = IsText(configuration[FormatSetting])
            ?? throw new InvalidSettingException($"{FormatSetting} is '{configuration[FormatSetting]}'; it takes 'json' or 'text'.");
        return logging
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("System", LogLevel.Warning)
            .AddFilter("Yarp", LogLevel.Warning)
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None)
            .AddConfiguration(configuration.GetSection("Logging"))
            .AddConsoleLog(text);
    }

    /// <summary>For what must be said before, or because, the configuration could not be read.</summary>
    internal static ILoggingBuilder AddEarlyConsoleLog(this ILoggingBuilder logging, IConfiguration configuration) =>
        logging.AddConsoleLog(IsText(configuration[FormatSetting]) ?? false);

    private static ILoggingBuilder AddConsoleLog(this ILoggingBuilder logging, bool text)
    {
        var serilog = new LoggerConfiguration().MinimumLevel.Verbose();
        if (text)
            serilog.WriteTo.Console(outputTemplate: TextTemplate, formatProvider: CultureInfo.InvariantCulture);
        else
            serilog.WriteTo.Sink(new StandardOutput(new RenderedCompactJsonFormatter(), Console.OpenStandardOutput()));

        // Not AddSerilog, which brings a filter of its own that outdoes Logging__LogLevel.
        return logging.ClearProviders().AddProvider(new SerilogLoggerProvider(serilog.CreateLogger(), dispose: true));
    }

    private static bool? IsText(string? format) => format?.ToUpperInvariant() switch
    {
        null or "" => !Console.IsOutputRedirected,
        "TEXT" => true,
        "JSON" => false,
        _ => null,
    };
}
