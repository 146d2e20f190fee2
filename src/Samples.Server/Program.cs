using Microsoft.Extensions.Options;
using Samples.Hosting;
using Samples.Server;

return await Entry.RunAsync("server", args, async () =>
{
    var builder = WebApplication.CreateSlimBuilder(args);
    builder.Logging.AddConsoleLog(builder.Configuration);
    builder.Services.AddSingleton<IValidateOptions<ServerOptions>, ServerOptionsValidator>();
    builder.Services.AddOptions<ServerOptions>()
        .BindConfiguration(ServerOptions.SectionName)
        .Configure<IConfiguration>((o, c) => o.MemoryBudget = c.GetByteSize("Server:MemoryBudget") ?? o.MemoryBudget)
        .ValidateOnStart();
    var app = builder.Build();
    var o = app.Services.GetRequiredService<IOptions<ServerOptions>>().Value;
    Console.WriteLine(o.MemoryBudget + " " + o.Url);
    await Task.Yield();
    return 0;
});
