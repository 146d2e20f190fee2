using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Samples.Hosting;

/// <summary>What the three programs do alike with settings, and the kinds of settings that the configuration binder of Native AOT passes over in silence.</summary>
public static class SettingsExtensions
{
    public static IServiceCollection AddSharedVolumeOptions(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<SharedVolumeOptions>, SharedVolumeOptionsValidator>();
        services.AddOptions<SharedVolumeOptions>().BindConfiguration(SharedVolumeOptions.SectionName).ValidateOnStart();
        return services;
    }

    /// <summary>A setting that is a size, or null where it is not set.</summary>
    /// <exception cref="InvalidSettingException">The value is no size.</exception>
    public static ByteSize? GetByteSize(this IConfiguration configuration, string key)
    {
        if (configuration[key] is not { Length: > 0 } text)
            return null;
        if (ByteSize.TryParse(text, null, out var size))
            return size;
        throw new InvalidSettingException($"{key.Replace(":", "__", StringComparison.Ordinal)} is '{text}'; it takes {ByteSize.Syntax}.");
    }
}
