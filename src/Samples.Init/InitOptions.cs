using Microsoft.Extensions.Options;
using Samples.Hosting;

namespace Samples.Init;

public sealed class InitOptions
{
    public const string SectionName = "Init";

    /// <summary>Heading of the Welcome page.</summary>
    [NotEmpty("a text")]
    public string Title { get; set; } = "Welcome";

    /// <summary>Text below the heading.</summary>
    [NotEmpty("a text")]
    public string Message { get; set; } = "The setup crew was here first.";

    /// <summary>A folder whose files are the first release, in place of the Welcome page.</summary>
    public string? ContentPath { get; set; }
}

[OptionsValidator]
public sealed partial class InitOptionsValidator : IValidateOptions<InitOptions>;
