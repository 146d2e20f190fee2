using Microsoft.Extensions.Primitives;
using Samples.Hosting;

namespace Samples.Server;

/// <summary>The settings <c>Server__Headers__…</c>: what every response about the site carries, security headers first of all.</summary>
internal static class DefaultHeaders
{
    private static readonly string[] _ofAFile = ["Cache-Control", "Content-Type", "Vary"];

    /// <exception cref="InvalidSettingException">A name or a value is none that can be sent.</exception>
    public static HeaderSet Of(ServerOptions options)
    {
        var headers = new List<KeyValuePair<string, StringValues>>();
        foreach (var (name, value) in options.Headers.Where(h => !string.IsNullOrWhiteSpace(h.Value)))
        {
            var problem = HeaderSyntax.CheckName(name) ?? HeaderSyntax.CheckValue(name, value)
                ?? (_ofAFile.Contains(name, StringComparer.OrdinalIgnoreCase) ? $"{name} differs from file to file; it belongs in {RuleFile.Headers}." : null);
            if (problem is not null)
                throw new InvalidSettingException($"{ServerOptions.SectionName}__{nameof(ServerOptions.Headers)}__{name} is '{value}'; it takes the name and the value of a response header. {problem}");
            headers.Add(KeyValuePair.Create(name, new StringValues(value.Trim())));
        }

        return new HeaderSet(headers);
    }
}
