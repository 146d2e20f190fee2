using Samples.Hosting;

namespace Samples.Server;

/// <summary>The settings <c>Server__MediaTypes__.ext</c>: a type in place of the table's, see <see cref="MediaTypes"/>.</summary>
internal sealed class MediaTypeOverrides
{
    private readonly Dictionary<string, string> _types = new(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="InvalidSettingException">A value is no media type.</exception>
    public MediaTypeOverrides(ServerOptions options)
    {
        foreach (var (extension, type) in options.MediaTypes)
        {
            if (!Microsoft.Net.Http.Headers.MediaTypeHeaderValue.TryParse(type, out _))
            {
                throw new InvalidSettingException(
                    $"{ServerOptions.SectionName}__{nameof(ServerOptions.MediaTypes)}__{extension} is '{type}'; it takes a media type, such as text/plain or application/wasm.");
            }

            _types["." + extension.TrimStart('.')] = type.Contains(';', StringComparison.Ordinal) ? type : MediaTypes.WithCharset(type);
        }
    }

    /// <summary>The type that the settings name for the path's extension, charset included; null where they name none.</summary>
    public string? Of(string path) => _types.Count == 0 ? null : _types.GetValueOrDefault(System.IO.Path.GetExtension(path));
}
