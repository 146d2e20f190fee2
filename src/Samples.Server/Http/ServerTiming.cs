using Microsoft.Extensions.Options;

namespace Samples.Server;

/// <summary>
/// Shows in a browser's tools which release answered and from where: <c>Server-Timing: release;desc="…", source;desc="memory"</c>. On in
/// Development and where the setting says so; it tells strangers how the site is run.
/// </summary>
internal static class ServerTiming
{
    public const string Memory = "memory";
    public const string File = "file";
    public const string Previous = "previous";
    private const string Proxy = "proxy";
    private const string HeaderName = "Server-Timing";

    public static void UseServerTiming(this WebApplication app)
    {
        if (!IsOn(app.Services.GetRequiredService<IOptions<ServerOptions>>().Value, app.Configuration, app.Environment))
            return;

        app.Use((context, next) =>
        {
            context.Response.OnStarting(static state => AddAsync((HttpContext)state), context);
            return next(context);
        });
    }

    public static bool IsOn(ServerOptions options, IConfiguration configuration, IHostEnvironment environment) => options.ServerTiming
        ?? (configuration["ASPNETCORE_ENVIRONMENT"] ?? configuration["DOTNET_ENVIRONMENT"] ?? environment.EnvironmentName) == Environments.Development;

    private static Task AddAsync(HttpContext context)
    {
        var record = ResponseRecord.Of(context);
        var source = record.Source ?? (context.GetEndpoint() is null ? null : Proxy);
        string?[] metrics = [Metric("release", record.Release), Metric("source", source)];
        if (metrics.Any(m => m is not null))
            context.Response.Headers.Append(HeaderName, string.Join(", ", metrics.Where(m => m is not null)));
        return Task.CompletedTask;
    }

    private static string? Metric(string name, string? description) => description is null ? null : $"{name};desc=\"{description}\"";
}
