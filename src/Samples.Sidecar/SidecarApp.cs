using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Samples.Hosting;
using Samples.SharedVolume;
using Samples.Sidecar.Http;
using Samples.Sidecar.Notify;
using Samples.Sidecar.Sources;
using Samples.Sidecar.Sync;

namespace Samples.Sidecar;

/// <summary>The sidecar's services and endpoints, put together; tests build the same.</summary>
public static class SidecarApp
{
    /// <param name="args">The command line, settings only.</param>
    /// <param name="clock">What all waiting and time-stamping goes by; the system's unless a test brings its own.</param>
    public static WebApplication Build(string[] args, TimeProvider? clock = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.AddSettingsAndLog(args);
        builder.Services.AddSharedVolumeOptions();
        builder.Services.AddSidecarOptions();
        builder.Services.AddSync(clock ?? TimeProvider.System);
        builder.Services.AddTelemetry(builder.Configuration);
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.WebHost.UseUrls(builder.Configuration["Sidecar:ManagementUrl"] ?? new SidecarOptions().ManagementUrl);

        var app = builder.Build();
        app.MapManagement();
        app.MapControl();
        app.MapWebhook();
        return app;
    }

    /// <summary>Runs the loop until it is asked to stop.</summary>
    /// <exception cref="IOException">The port is in use, or the volume is missing or cannot be written.</exception>
    public static async Task<int> RunAsync(WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var options = app.Services.GetRequiredService<IOptions<SidecarOptions>>().Value;
        var loop = app.Services.GetRequiredService<SyncLoop>();
        using var nudge = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            loop.TryNudge();
        });
        var stopping = app.Lifetime.ApplicationStopping;
        try
        {
            await app.RunAsync();
        }
        catch (Exception e) when (e is IOException { InnerException: AddressInUseException } or SocketException)
        {
            var problem = e is SocketException ? e.Message : "the port is in use by another process";
            throw new IOException($"Cannot listen on {options.ManagementUrl}: {problem}. Sidecar__ManagementUrl chooses another address.", e);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Asked to stop, or stopped by its loop, before the start was over.
        }

        // A BackgroundService that fails stops its host, which then ends as if all were well.
        if (loop.Fault is { } fault)
            ExceptionDispatchInfo.Throw(fault);
        return ExitCode.Ok;
    }

    private static void AddSidecarOptions(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<SidecarOptions>, SidecarOptionsValidator>();
        services.AddSingleton<IValidateOptions<SidecarOptions>, SourcesValidator>();
        services.AddOptions<SidecarOptions>()
            .BindConfiguration(SidecarOptions.SectionName)
            .Configure<IConfiguration>((options, configuration) =>
            {
                options.Sources = SourceOptions.ReadAll(configuration);
                options.MaxRetainedBytes = configuration.GetByteSize("Sidecar:MaxRetainedBytes");
                options.Limits.MaxBytes = configuration.GetByteSize("Sidecar:Limits:MaxBytes") ?? options.Limits.MaxBytes;
                options.Limits.MaxFileBytes = configuration.GetByteSize("Sidecar:Limits:MaxFileBytes") ?? options.Limits.MaxFileBytes;
            })
            .ValidateOnStart();
        // Not from SidecarOptions, which would be validated here, before a verb that needs no source has its say.
        services.AddOptions<HostOptions>().Configure<IConfiguration>((host, configuration) =>
            host.ShutdownTimeout = configuration.GetValue("Sidecar:ShutdownTimeout", new SidecarOptions().ShutdownTimeout));
    }

    private static void AddSync(this IServiceCollection services, TimeProvider clock)
    {
        services.AddSingleton(clock);
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<SidecarOptions>>().Value;
            var (caches, limits) = (new Volume(provider.GetRequiredService<IOptions<SharedVolumeOptions>>().Value.Path).CacheDirectory, options.Limits.ToContentLimits());
            var loggers = provider.GetRequiredService<ILoggerFactory>();
            return new SourceSet([.. options.Sources.Select(source => (source, ContentSource.Create(source, caches, limits, clock, loggers)))]);
        });
        services.AddSingleton<Freshness>();
        services.AddSingleton<SyncMetrics>();
        services.AddSingleton<Healer>();
        services.AddSingleton<SyncFiles>();
        services.AddSingleton<Synchronizer>();
        services.AddSingleton<StatusBoard>();
        services.AddSingleton<SyncLoop>();
        services.AddSingleton<Notifier>();
        services.AddHostedService(provider => provider.GetRequiredService<SyncLoop>());
        services.AddHostedService(provider => provider.GetRequiredService<Notifier>());
        services.AddHostedService<Auditor>();
        services.AddWebhook();
    }
}
