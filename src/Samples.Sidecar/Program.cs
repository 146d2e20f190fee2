using Samples.Hosting;
using Samples.Sidecar;

return await Entry.RunAsync("sidecar", args, async () =>
{
    string[] words = [.. args.TakeWhile(word => !word.StartsWith('-'))];
    await using var app = SidecarApp.Build(args[words.Length..]);

    return words switch
    {
        [] => await SidecarApp.RunAsync(app),
        ["once"] => await Verbs.OnceAsync(app.Services),
        ["status"] => await Verbs.StatusAsync(app.Services),
        ["rollback"] => await Verbs.RollbackAsync(app.Services, null),
        ["rollback", var id] => await Verbs.RollbackAsync(app.Services, id),
        ["unpin"] => await Verbs.UnpinAsync(app.Services),
        ["healthcheck"] => await HealthCheckVerb.RunAsync(ManagementUrl(app), "healthz"),
        ["healthcheck", var endpoint] => await HealthCheckVerb.RunAsync(ManagementUrl(app), endpoint),
        _ => throw new InvalidSettingException($"'{string.Join(' ', words)}' is no verb; usage: {Verbs.Usage}"),
    };
});

static string ManagementUrl(WebApplication app) =>
    app.Configuration["Sidecar:ManagementUrl"] ?? new SidecarOptions().ManagementUrl;
