using System.Text.Json.Serialization;

namespace Samples.SharedVolume;

/// <param name="Name">The content coding of RFC 9110 §8.4.1: <c>br</c> or <c>gzip</c>.</param>
/// <param name="Size">In bytes.</param>
public sealed record FileEncoding(string Name, long Size)
{
    public const string Brotli = "br";
    public const string Gzip = "gzip";

    /// <summary>What is appended to the file's name: <c>.br</c> or <c>.gz</c>.</summary>
    [JsonIgnore]
    public string Extension => ExtensionOf(Name);

    public static bool IsKnown(string name) => name is Brotli or Gzip;

    public static string ExtensionOf(string name) => name switch
    {
        Brotli => ".br",
        Gzip => ".gz",
        _ => throw new InvalidDataException($"'{name}' is not a content coding of a release; it has 'br' and 'gzip'."),
    };
}
