using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using Samples.Hosting;
using Samples.SharedVolume;

namespace Samples.Server;

/// <summary>Puts the server together; tests do it in the same way.</summary>
internal static partial class ServerApp
{
    /// <summary>Standard configuration (files, environment, command line, the later the stronger), and the log.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="contentRoot">Folder of <c>appsettings.json</c>: that of the program, wherever it is started from.</param>
    public static WebApplicationBuilder CreateBuilder(string[] args, string? contentRoot = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = contentRoot ?? AppContext.BaseDirectory });
        builder.AddSettingsAndLog(args, reload: true);
        return builder;
    }

    /// <summary>For the verb that asks a running server, which needs no more of the settings than this.</summary>
    public static string ManagementUrlOf(IConfiguration configuration) =>
        configuration[$"{ServerOptions.SectionName}:{nameof(ServerOptions.ManagementUrl)}"] ?? new ServerOptions().ManagementUrl;

    /// <param name="builder">From <see cref="CreateBuilder"/>.</param>
    /// <param name="replaceServices">Where a test puts a service of its own, such as the clock.</param>
    public static WebApplication Build(WebApplicationBuilder builder, Action<IServiceCollection>? replaceServices = null)
    {
        AddSettings(builder);
        builder.Services.AddSingleton(s => new Volume(s.GetRequiredService<IOptions<SharedVolumeOptions>>().Value.Path));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<SiteLoader>().AddSingleton<CurrentSite>().AddSingleton<RetainedSites>().AddSingleton<ServerMetrics>().AddSingleton<AccessLog>();
        builder.Services.AddSingleton<SiteWatcher>().AddHostedService(s => s.GetRequiredService<SiteWatcher>());
        builder.Services.AddProxy(builder.Configuration).AddRateLimits();
        builder.Services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService("server")).WithMetrics(metrics => metrics
            .AddMeter(ServerMetrics.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel")
            .AddPrometheusExporter());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(Listeners.Configure);
        builder.Services.AddSingleton<FastPath>().AddSingleton<Microsoft.AspNetCore.Connections.IConnectionListenerFactory, FastListenerFactory>();
        replaceServices?.Invoke(builder.Services);

        // Order matters: the management endpoint sees none of the site, and a file of the release comes before any route.
        var app = builder.Build();
        app.MapWhen(ManagementConnection.IsMarked, ManagementEndpoints.Configure);
        app.UseTrustedProxies();
        app.UseMiddleware<TrafficMiddleware>();
        app.UseMiddleware<RequestCheckMiddleware>();
        app.UseServerTiming();
        app.UseRateLimits();
        ReleaseShare.Use(app);
        app.UseMiddleware<SiteMiddleware>();
        app.MapProxy();
        return app;
    }

    /// <exception cref="IOException">A port cannot be listened on.</exception>
    public static async Task StartAsync(WebApplication app, CancellationToken cancellation = default)
    {
        var options = app.Services.GetRequiredService<IOptions<ServerOptions>>().Value;
        Log.Starting(
            app.Logger, app.Services.GetRequiredService<Volume>().Root, options.Url, options.ManagementUrl, options.AccessLog,
            options.FallbackToPrevious, options.MemoryBudget.ToString(), options.ShutdownTimeout);
        try
        {
            await app.StartAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (Listeners.Explain(e, options) is var explained && explained != e)
        {
            throw explained;
        }

        Log.Listening(app.Logger, string.Join(' ', app.Urls));
    }

    private static void AddSettings(WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSharedVolumeOptions();
        services.AddSingleton<IValidateOptions<ServerOptions>, ServerOptionsValidator>()
            .AddOptions<ServerOptions>()
            .BindConfiguration(ServerOptions.SectionName)
            .Configure<IConfiguration>((options, configuration) =>
                options.MemoryBudget = configuration.GetByteSize($"{ServerOptions.SectionName}:{nameof(ServerOptions.MemoryBudget)}") ?? options.MemoryBudget)
            .ValidateOnStart();
        services.AddOptions<HostOptions>()
            .Configure<IOptions<ServerOptions>>((host, server) => host.ShutdownTimeout = server.Value.ShutdownTimeout);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Listening on {Urls}")]
        public static partial void Listening(ILogger logger, string urls);

        [LoggerMessage(LogLevel.Information, "Starting: volume {Volume}, site {Url}, management {ManagementUrl}, access log {AccessLog}, "
            + "fallback to previous releases {FallbackToPrevious}, memory budget {MemoryBudget}, shutdown time-out {ShutdownTimeout}")]
        public static partial void Starting(
            ILogger logger, string volume, string url, string managementUrl, bool accessLog, bool fallbackToPrevious, string memoryBudget, TimeSpan shutdownTimeout);
    }
}
