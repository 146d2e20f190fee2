using Microsoft.Extensions.Options;
using Samples.Hosting;
using Samples.SharedVolume;

namespace Samples.Server;

/// <summary>
/// The <c>check</c> verb, <c>nginx -t</c>: whether the settings, YARP's section and the rules of the release that is current can be used. It listens on
/// nothing and changes nothing.
/// </summary>
internal static class CheckVerb
{
    /// <summary>0 where everything can be used, else 2 and a line for each problem.</summary>
    /// <exception cref="OptionsValidationException">A setting is wrong.</exception>
    /// <exception cref="InvalidSettingException">A setting, or YARP's section, is wrong.</exception>
    public static async Task<int> RunAsync(WebApplicationBuilder builder, TextWriter output)
    {
        await using var app = ServerApp.Build(builder);
        app.Services.GetRequiredService<IStartupValidator>().Validate();
        var loader = app.Services.GetRequiredService<SiteLoader>();
        var volume = app.Services.GetRequiredService<Volume>();
        if (volume.ReadCurrentId() is not { } id)
        {
            await output.WriteLineAsync($"The settings can be used; there is no release in {volume.Root} to check.").ConfigureAwait(false);
            return ExitCode.Ok;
        }

        try
        {
            using var site = loader.Load(id, null);
            foreach (var problem in site.Problems)
                await output.WriteLineAsync($"{problem.File}:{problem.Line}: {problem.Problem}").ConfigureAwait(false);
            if (site.Problems.Count > 0)
                return ExitCode.BadConfiguration;
            await output.WriteLineAsync($"The settings and release {id} ({site.Assets.Count} files) can be used.").ConfigureAwait(false);
            return ExitCode.Ok;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            await output.WriteLineAsync($"Release {id} cannot be loaded: {e.Message}").ConfigureAwait(false);
            return ExitCode.BadConfiguration;
        }
    }
}
