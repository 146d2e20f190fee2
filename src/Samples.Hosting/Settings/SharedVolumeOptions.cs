using Microsoft.Extensions.Options;

namespace Samples.Hosting;

/// <summary>Where the volume is that the three share.</summary>
public sealed class SharedVolumeOptions
{
    public const string SectionName = "SharedVolume";

    /// <summary>Absolute path of the volume's mount point.</summary>
    [NotEmpty("the path of a folder, such as /data")]
    public string Path { get; set; } = "/data";
}

[OptionsValidator]
public sealed partial class SharedVolumeOptionsValidator : IValidateOptions<SharedVolumeOptions>;
