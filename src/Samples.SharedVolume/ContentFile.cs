namespace Samples.SharedVolume;

/// <summary>A file of a <see cref="ContentFolder"/>, as it was when the folder was scanned.</summary>
/// <param name="Path">Relative to the folder, with <c>/</c> between names.</param>
/// <param name="Folder">Where it really is, links resolved.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Modified">Modification time in UTC, in steps of 100 ns.</param>
public sealed record ContentFile(string Path, string Folder, string Name, long Size, DateTimeOffset Modified)
{
    /// <summary>Where to read it.</summary>
    public string FullPath => System.IO.Path.Join(Folder, Name);
}
