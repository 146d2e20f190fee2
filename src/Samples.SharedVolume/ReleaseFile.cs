namespace Samples.SharedVolume;

/// <param name="Path">Relative to <c>www/</c>, with <c>/</c> between names.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Sha256">Of the file's bytes, 64 lower-case hex digits.</param>
/// <param name="Modified">Modification time in UTC, as the source gave it.</param>
/// <param name="Encodings">The encoded forms beside the file, the smallest first.</param>
public sealed record ReleaseFile(string Path, long Size, string Sha256, DateTimeOffset Modified, IReadOnlyList<FileEncoding> Encodings);
