using System.Buffers;
using System.Security.Cryptography;

namespace Samples.SharedVolume;

/// <summary>
/// A release in the making, below <c>.staging/</c>. Content streams in through <see cref="Add"/>, which checks
/// paths and limits before a byte is kept; nobody sees any of it until <see cref="VolumeWriter.Publish"/>.
/// Disposing it removes what is left. Not safe for use by several threads.
/// </summary>
public sealed class StagedRelease : IDisposable
{
    private const int BufferSize = 128 * 1024;
    internal const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly Volume _volume;
    private readonly ContentLimits _limits;
    private readonly PreviousFiles _previous;
    private readonly Dictionary<string, ReleaseFile> _files = new(StringComparer.Ordinal);
    private readonly PathClaims _claims = new();
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);
    private long _passedOver;

    /// <summary>The folder that was made last: files come folder by folder.</summary>
    private string _folder = "";

    /// <param name="isSound">Whether the previous release is held against its manifest by somebody.</param>
    internal StagedRelease(Volume volume, string directory, Release? previous, bool isSound, ContentLimits limits)
    {
        _volume = volume;
        Previous = previous;
        _limits = limits;
        StagingDirectory = directory;
        Directory = Path.Combine(directory, "release");
        DocumentRoot = Path.Combine(Directory, Release.DocumentRootName);
        Scratch = new ScratchSpace(volume, directory, limits);
        _previous = new PreviousFiles(previous, isSound, DocumentRoot);
        // One by one: with the volume's root gone, all of them at once would make an empty one in its place.
        Posix.TryMakeDirectory(directory);
        Posix.TryMakeDirectory(Directory);
        Posix.TryMakeDirectory(DocumentRoot);
    }

    /// <summary>Bounds of this release.</summary>
    public ContentLimits Limits => _limits;

    /// <summary>Bytes of all files so far, encoded forms not counted.</summary>
    public long Size { get; private set; }

    /// <summary>Bytes of the files so far that are shared with the previous release.</summary>
    public long ReusedSize { get; private set; }

    /// <summary>Files so far.</summary>
    public int Count => _files.Count;

    /// <summary>The release that unchanged files are shared with, or null.</summary>
    public Release? Previous { get; }

    /// <summary>Absolute path of the folder that the files are in.</summary>
    public string DocumentRoot { get; }

    internal string StagingDirectory { get; }

    internal string Directory { get; }

    /// <summary>Paths of the files that were written, not shared.</summary>
    internal IReadOnlySet<string> Written => _written;

    /// <summary>For downloads on their way into the release.</summary>
    public ScratchSpace Scratch { get; }

    /// <summary>Copies a file into the release, or shares the previous release's where the bytes are the same.</summary>
    /// <param name="path">See <see cref="ContentPath"/>.</param>
    /// <param name="content">Read to its end, never held in memory whole.</param>
    /// <param name="modified">The file's modification time.</param>
    /// <param name="size">In bytes, as the source announces it; null where it does not.</param>
    /// <param name="cancellation">Ends the copying between two blocks.</param>
    /// <exception cref="ContentRejectedException">The path, its size or the release's size is not allowed, or the size is not as announced.</exception>
    /// <exception cref="IOException">The volume cannot take it; where it is full, the message says what was needed.</exception>
    public void Add(string path, Stream content, DateTimeOffset modified, long? size, CancellationToken cancellation)
    {
        Claim(path);
        CheckSize(path, size ?? 0);
        Scratch.RequireSpace(path, size);

        var incoming = Path.Combine(StagingDirectory, "incoming");
        ReleaseFile file;
        try
        {
            file = Write(path, incoming, content, modified, size, cancellation);
        }
        catch (IOException e) when (e.HResult is Posix.NoSpaceLeft or Posix.QuotaExceeded)
        {
            throw _volume.OutOfSpace(path, size, e);
        }

        MakeFolderOf(path);
        if (_previous.Find(path) is { } previous && previous.Sha256 == file.Sha256 && TryShare(previous))
        {
            File.Delete(incoming);
            return;
        }

        Posix.Rename(incoming, PathOf(path));
        Size += file.Size;
        _written.Add(path);
        _files.Add(path, file);
    }

    /// <summary>
    /// Shares the previous release's file without reading it, where that has the same path, size and
    /// modification time. False where it has not, or the system refuses the link: then <see cref="Add"/> it.
    /// </summary>
    /// <exception cref="ContentRejectedException">The path or the release's size is not allowed.</exception>
    public bool TryReuse(string path, long size, DateTimeOffset modified) =>
        _previous.Find(path) is { } previous && previous.Size == size && previous.Modified == modified && TryClaimShared(previous);

    /// <summary>Shares the previous release's file without reading it, where that has the same path and hash. False as above.</summary>
    /// <exception cref="ContentRejectedException">The path or the release's size is not allowed.</exception>
    public bool TryReuse(string path, string sha256) =>
        _previous.Find(path) is { } previous && previous.Sha256 == sha256 && TryClaimShared(previous);

    /// <inheritdoc cref="PreviousFiles.Open"/>
    public FileStream? OpenPrevious(string sha256) => _previous.Open(sha256);

    /// <summary>
    /// Shares the previous release's file of this path without reading it, where it is still as it was published: for a source that knows by
    /// other means than size and time that the content of this path has not changed since. False as above.
    /// </summary>
    /// <exception cref="ContentRejectedException">The path or the release's size is not allowed.</exception>
    public bool TryReuse(string path) => _previous.Find(path) is { } previous && TryClaimShared(previous);

    public bool Contains(string path) => _files.ContainsKey(path);

    /// <summary>A file that is in the release already.</summary>
    public ReleaseFile Find(string path) => _files[path];

    /// <summary>Reads what is not published, within the bound of what is: an archive may hide its bulk there.</summary>
    /// <exception cref="ContentRejectedException">All of it together is larger than the release may be.</exception>
    public void PassOver(string path, Stream content, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(content);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int read;
            while ((read = content.Read(buffer, 0, BufferSize)) > 0)
            {
                cancellation.ThrowIfCancellationRequested();
                _passedOver += read;
                if (_passedOver > _limits.MaxBytes)
                    throw new ContentRejectedException(RejectionReason.ReleaseTooLarge, $"Refused '{path}': what is excluded is larger than the limit of {_limits.MaxBytes} bytes.");
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Removes the staging directory and all that is left in it; what cannot be removed is left to <see cref="VolumeWriter.Tidy"/>.</summary>
    public void Dispose()
    {
        _previous.Dispose();
        try
        {
            if (System.IO.Directory.Exists(StagingDirectory))
                System.IO.Directory.Delete(StagingDirectory, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It must not hide how the sync itself ended.
        }
    }

    /// <summary>The files so far, in ordinal order of path, with the encoded forms that were shared.</summary>
    public ReleaseFile[] ListFiles()
    {
        var files = _files.Values.ToArray();
        Array.Sort(files, (a, b) => string.CompareOrdinal(a.Path, b.Path));
        return files;
    }

    /// <summary>Whether the source has nothing by this name.</summary>
    internal bool IsFree(string path) => _claims.IsFree(path);

    internal string PathOf(string path) => Path.Combine(DocumentRoot, path);

    private ReleaseFile Write(string path, string target, Stream content, DateTimeOffset modified, long? size, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var handle = File.OpenHandle(target, System.IO.FileMode.Create, FileAccess.Write, FileShare.Read);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        var length = 0L;
        try
        {
            int read;
            while ((read = content.Read(buffer, 0, BufferSize)) > 0)
            {
                cancellation.ThrowIfCancellationRequested();
                CheckSize(path, length + read);
                if (length + read > size)
                    throw new ContentRejectedException(RejectionReason.Corrupt, $"Refused '{path}': it has more than the {size} bytes that were announced.");
                hash.AppendData(buffer, 0, read);
                RandomAccess.Write(handle, buffer.AsSpan(0, read), length);
                length += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (size is not null && length != size)
            throw new ContentRejectedException(RejectionReason.Corrupt, $"Refused '{path}': it has {length} bytes, not the {size} that were announced.");

        File.SetUnixFileMode(handle, FileMode);
        File.SetLastWriteTimeUtc(handle, modified.UtcDateTime);
        return new ReleaseFile(path, length, Convert.ToHexStringLower(hash.GetHashAndReset()), modified.ToUniversalTime(), []);
    }

    private bool TryClaimShared(ReleaseFile previous)
    {
        Claim(previous.Path);
        CheckSize(previous.Path, previous.Size);
        MakeFolderOf(previous.Path);
        if (TryShare(previous))
            return true;
        _claims.Release(previous.Path);
        return false;
    }

    private bool TryShare(ReleaseFile previous)
    {
        if (_previous.TryLink(previous, IsFree) is not { } file)
            return false;
        Size += file.Size;
        ReusedSize += file.Size;
        _files.Add(file.Path, file);
        return true;
    }

    private void Claim(string path)
    {
        if (_files.Count >= _limits.MaxFiles)
            throw new ContentRejectedException(RejectionReason.TooManyFiles, $"Refused '{path}': it is beyond the limit of {_limits.MaxFiles} files.");
        _claims.Claim(path, FreeEncodedName);
    }


    /// <summary>Where the source has a file or a folder of its own called like the shared encoded form of another, the source wins.</summary>
    private void FreeEncodedName(string path)
    {
        if (Path.GetExtension(path.AsSpan()) is not (".br" or ".gz"))
            return;
        var stem = Path.ChangeExtension(path, null);
        if (!_files.TryGetValue(stem, out var file) || file.Encodings.All(e => path != stem + e.Extension))
            return;

        File.Delete(PathOf(path));
        _files[stem] = file with { Encodings = [.. file.Encodings.Where(e => path != stem + e.Extension)] };
    }

    /// <summary>With those above it, but none above the document root.</summary>
    private void MakeFolderOf(string path)
    {
        var folder = path.AsSpan(0, Math.Max(path.LastIndexOf('/'), 0));
        if (folder.SequenceEqual(_folder))
            return;

        MakeFolder(Path.Join(DocumentRoot, folder));
        _folder = folder.ToString();
    }

    private void MakeFolder(string folder)
    {
        if (System.IO.Directory.Exists(folder))
            return;
        if (folder != DocumentRoot)
            MakeFolder(Path.GetDirectoryName(folder)!);
        Posix.TryMakeDirectory(folder);
    }

    private void CheckSize(string path, long size)
    {
        if (size > _limits.MaxFileBytes)
            throw new ContentRejectedException(RejectionReason.FileTooLarge, $"Refused '{path}': it is larger than the limit of {_limits.MaxFileBytes} bytes a file.");
        if (Size + size > _limits.MaxBytes)
            throw new ContentRejectedException(RejectionReason.ReleaseTooLarge, $"Refused '{path}': with it the release is larger than the limit of {_limits.MaxBytes} bytes.");
    }
}
