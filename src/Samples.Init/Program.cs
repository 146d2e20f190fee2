using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Samples.Hosting;
using Samples.Init;

return await Entry.RunAsync("init", args, async () =>
{
    var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
    builder.AddSettingsAndLog(args);
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
