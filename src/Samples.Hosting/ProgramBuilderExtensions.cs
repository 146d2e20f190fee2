using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;

namespace Samples.Hosting;

/// <summary>What the three programs put on an empty builder. A default one brings a console log, watchers and middleware that none of them uses.</summary>
public static class ProgramBuilderExtensions
{
    /// <summary>Standard configuration (<c>appsettings.json</c> of the content root, environment, command line, the later the stronger), and the log.</summary>
    /// <param name="reload">Whether a change of the file counts at once.</param>
    /// <exception cref="InvalidSettingException">The log's format is not one.</exception>
    public static void AddSettingsAndLog(this IHostApplicationBuilder builder, string[] args, bool reload = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        // Polled: a mounted ConfigMap changes by symlink, and a host short of inotify watches must not keep a program from starting.
        var files = new PhysicalFileProvider(builder.Environment.ContentRootPath) { UsePollingFileWatcher = true, UseActivePolling = true };
        builder.Configuration
            .AddJsonFile(files, "appsettings.json", optional: true, reloadOnChange: reload)
            .AddEnvironmentVariables()
            .AddCommandLine(args);
        builder.Logging.AddConsoleLog(builder.Configuration);
    }
}
