using System.Text.Json.Serialization;

namespace Samples.Server;

/// <summary>A line of a listing, with the fields of nginx's <c>autoindex_format json</c>.</summary>
/// <param name="Name">Within its folder.</param>
/// <param name="Type"><c>file</c> or <c>directory</c>.</param>
/// <param name="Modified">Of a file.</param>
/// <param name="Size">Of a file, in bytes.</param>
internal sealed record FolderEntry(string Name, string Type, DateTimeOffset? Modified, long? Size)
{
    [JsonIgnore]
    public bool IsFolder => Type == "directory";
}
