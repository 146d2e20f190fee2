namespace Samples.SharedVolume;

/// <summary>A file of a <see cref="ContentFolder"/>, as it was when the folder was scanned.</summary>
/// <param name="Path">Relative to the folder, with <c>/</c> between names.</param>
/// <param name="Folder">Where it really is, links resolved.</param>
/// <param name="LinkedName">Its name there, where a link leads to it; otherwise null, and its name is the path's last.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Modified">Modification time in UTC, in steps of 100 ns.</param>
public readonly record struct ContentFile(string Path, string Folder, string? LinkedName, long Size, DateTimeOffset Modified)
{
    /// <summary>Where to read it.</summary>
    public string FullPath => LinkedName is null ? System.IO.Path.Join(Folder, System.IO.Path.GetFileName(Path.AsSpan())) : System.IO.Path.Join(Folder, LinkedName);
}
