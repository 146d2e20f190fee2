using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Samples.SharedVolume;
using Samples.Sidecar.Sources.Git;

namespace Samples.Sidecar.Sources;

/// <summary>Holds every source's address against <see cref="ContentSource"/>, and its target against the rules for paths.</summary>
public sealed partial class SourcesValidator : IValidateOptions<SidecarOptions>
{
    public ValidateOptionsResult Validate(string? name, SidecarOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var problems = options.Sources.Select(FindProblem).OfType<string>().ToArray();
        return problems is [] ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static string? FindProblem(SourceOptions source)
    {
        if (!ContentSource.TryParse(source.Uri, out var uri))
        {
            var setting = source.Section.Length > 0 ? source.Section + "__Uri" : "Sidecar__Source";
            return GitAddress.IsMeant(source.Uri)
                ? $"{setting} is '{WithoutSecrets(source.Uri)}': {GitAddress.FindProblem(source.Uri)}. It takes {GitAddress.Syntax}."
                : $"{setting} is '{WithoutSecrets(source.Uri)}'; it takes {ContentSource.Syntax}.";
        }

        if (source.PublicKeyPath.Length > 0 && !ContentSource.CanBeSigned(uri))
            return $"{Setting(source, nameof(source.PublicKeyPath))} is '{source.PublicKeyPath}'; it takes sources that can be signed, an archive over HTTP(S) or what is in an OCI registry, which '{WithoutSecrets(source.Uri)}' is not.";
        if (source.MaxConcurrentRequests is < 1 or > 64)
            return $"{Setting(source, nameof(source.MaxConcurrentRequests))} is '{source.MaxConcurrentRequests}'; it takes a whole number from 1 to 64.";
        return source.Prefix.Length > 0 && ContentPath.FindProblem(source.Prefix.AsSpan(0, source.Prefix.Length - 1)) is { } problem
            ? $"{source.Section}__Target is '{source.Target}', which {problem}; it takes a folder of the release, such as docs/."
            : null;
    }

    private static string Setting(SourceOptions source, string name) => $"{(source.Section.Length > 0 ? source.Section : SidecarOptions.SectionName)}__{name}";

    /// <summary>A name, a password or a token that was put into the address must not get into the log by being refused.</summary>
    private static string WithoutSecrets(string uri) => Secrets().Replace(uri, "***");

    [GeneratedRegex("(?<=://)[^/@]*(?=@)|(?<=[?]).*")]
    private static partial Regex Secrets();
}
