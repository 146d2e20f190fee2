using Microsoft.Extensions.Configuration;

namespace Samples.Hosting;

/// <summary>Reads the kinds of settings that the configuration binder of Native AOT passes over in silence.</summary>
public static class SettingsExtensions
{
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
