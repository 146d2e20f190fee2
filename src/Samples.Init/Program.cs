using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Samples.Hosting;
using Samples.Init;

return await Entry.RunAsync("init", args, async () =>
{
    // Not the working directory: below that, every folder would be watched for changes of appsettings.json.
    var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.Logging.AddConsoleLog(builder.Configuration);
    builder.Services.AddSharedVolumeOptions();
    builder.Services.AddSingleton<IValidateOptions<InitOptions>, InitOptionsValidator>();
    builder.Services.AddOptions<InitOptions>().BindConfiguration(InitOptions.SectionName).ValidateOnStart();

    builder.Services.AddSingleton(TimeProvider.System);
    builder.Services.AddSingleton<SetupCrew>();

    using var host = builder.Build();
    await host.StartAsync();
    await host.Services.GetRequiredService<SetupCrew>().RunAsync(host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
    await host.StopAsync();
    return ExitCode.Ok;
});
