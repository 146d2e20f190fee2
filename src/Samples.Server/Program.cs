using Samples.Hosting;
using Samples.Server;

return await Entry.RunAsync("server", args, async () =>
{
    var builder = ServerApp.CreateBuilder(args);
    if (args is ["healthcheck", ..])
        return await HealthCheckVerb.RunAsync(ServerApp.ManagementUrlOf(builder.Configuration), args.ElementAtOrDefault(1) ?? "healthz");
    if (args is ["check", ..])
        return await CheckVerb.RunAsync(builder, Console.Out);

    await using var app = ServerApp.Build(builder);
    await ServerApp.StartAsync(app);
    await app.WaitForShutdownAsync();
    return ExitCode.Ok;
});
