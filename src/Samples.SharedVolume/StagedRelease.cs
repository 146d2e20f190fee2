using System.Buffers;
using System.Security.Cryptography;
using System.Text;

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
    private readonly PackedFiles _files;
    private readonly PathClaims _claims;
    private readonly ReleaseFolders _folders;
    private readonly ChunkedList<int> _written = new();
    private readonly byte[] _path = new byte[ContentPath.MaxLength];
    private readonly Action<string> _freeEncodedName;
    private long _passedOver;

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
        _files = new PackedFiles(previous?.Manifest.Files.Packed);
        _claims = new PathClaims(_files);
        _folders = new ReleaseFolders(DocumentRoot);
        _freeEncodedName = FreeEncodedName;
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

    /// <summary>Indexes, for <see cref="FileAt"/>, of the files that were written, not shared.</summary>
    internal IEnumerable<int> Written => Enumerable.Range(0, _written.Count).Select(i => _written[i]);

    /// <summary>Absolute paths of all folders, the document root among them, each before the one above it.</summary>
    internal IEnumerable<string> Folders =>
        Enumerable.Range(0, _claims.FolderCount).OrderByDescending(i => _claims.FolderAt(i).Length).Select(i => PathOf(_claims.FolderAt(i))).Append(DocumentRoot);

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
        long length;
        Sha256Bytes sha256;
        try
        {
            (length, sha256) = Write(path, incoming, content, modified, size, cancellation);
        }
        catch (IOException e) when (e.HResult is Posix.NoSpaceLeft or Posix.QuotaExceeded)
        {
            throw _volume.OutOfSpace(path, size, e);
        }

        _folders.MakeFor(path);
        var previous = FindPrevious(path);
        if (previous >= 0 && ((ReadOnlySpan<byte>)_previous[previous].Sha256).SequenceEqual(sha256) && TryShare(path, previous))
        {
            File.Delete(incoming);
            return;
        }

        Posix.Rename(incoming, PathOf(path));
        _written.Add(_files.Count);
        Take(path, length, sha256, modified.UtcTicks);
    }

    /// <summary>
    /// Shares the previous release's file without reading it, where that has the same path, size and
    /// modification time. False where it has not, or the system refuses the link: then <see cref="Add"/> it.
    /// </summary>
    /// <exception cref="ContentRejectedException">The path or the release's size is not allowed.</exception>
    public bool TryReuse(string path, long size, DateTimeOffset modified) =>
        FindPrevious(path) is >= 0 and var previous && _previous[previous].Size == size && _previous[previous].ModifiedTicks == modified.UtcTicks
        && TryClaimShared(path, previous);

    /// <summary>Shares the previous release's file without reading it, where that has the same path and hash. False as above.</summary>
    /// <exception cref="ContentRejectedException">The path or the release's size is not allowed.</exception>
    public bool TryReuse(string path, string sha256) =>
        FindPrevious(path) is >= 0 and var previous && Sha256Bytes.TryParse(sha256, out var wanted)
        && ((ReadOnlySpan<byte>)_previous[previous].Sha256).SequenceEqual(wanted) && TryClaimShared(path, previous);

    /// <summary>
    /// Shares the previous release's file of this path without reading it, where it is still as it was published: for a source that knows by
    /// other means than size and time that the content of this path has not changed since. False as above.
    /// </summary>
    /// <exception cref="ContentRejectedException">The path or the release's size is not allowed.</exception>
    public bool TryReuse(string path) => FindPrevious(path) is >= 0 and var previous && TryClaimShared(path, previous);

    /// <inheritdoc cref="PreviousFiles.Open"/>
    public FileStream? OpenPrevious(string sha256) => _previous.Open(sha256);

    public bool Contains(string path) => _claims.IndexOf(path) >= 0;

    /// <summary>A file by its place in the order in which they came.</summary>
    public ReleaseFile FileAt(int index) => _files.Unpack(index);

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
        _files.LetGo();
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
    public ReleaseFiles ListFiles() => new(_files);

    /// <summary>As <see cref="ListFiles()"/>, only those that came from one moment to another, as <see cref="Count"/> has counted them.</summary>
    public ReleaseFiles ListFiles(int first, int end) => new(_files, first, end - first);

    /// <summary>Says which encoded forms a file has got.</summary>
    internal void SetEncodings(int index, IReadOnlyList<FileEncoding> encodings) => _files.SetEncodings(index, encodings);

    /// <summary>Whether the source has nothing by this name.</summary>
    internal bool IsFree(string path) => _claims.IsFree(path);

    internal string PathOf(string path) => Path.Combine(DocumentRoot, path);

    private (long Length, Sha256Bytes Sha256) Write(string path, string target, Stream content, DateTimeOffset modified, long? size, CancellationToken cancellation)
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
        var sha256 = default(Sha256Bytes);
        hash.GetHashAndReset(sha256);
        return (length, sha256);
    }

    /// <summary>The path's index in the previous release, or -1.</summary>
    private int FindPrevious(ReadOnlySpan<char> path) =>
        Encoding.UTF8.TryGetBytes(path, _path, out var length) ? _previous.Find(_path.AsSpan(0, length)) : -1;

    private bool TryClaimShared(string path, int previous)
    {
        Claim(path);
        CheckSize(path, _previous[previous].Size);
        _folders.MakeFor(path);
        return TryShare(path, previous);
    }

    private bool TryShare(string path, int previous)
    {
        if (!_previous.TryLink(previous, _claims, out var encodings))
            return false;
        ref readonly var file = ref _previous[previous];
        ReusedSize += file.Size;
        Take(path, file.Size, file.Sha256, file.ModifiedTicks);
        if (encodings.Count > 0)
            _files.SetEncodings(Count - 1, encodings);
        return true;
    }

    private void Claim(string path)
    {
        if (Count >= _limits.MaxFiles)
            throw new ContentRejectedException(RejectionReason.TooManyFiles, $"Refused '{path}': it is beyond the limit of {_limits.MaxFiles} files.");
        _claims.Claim(path, _freeEncodedName);
    }

    private void Take(string path, long size, in Sha256Bytes sha256, long modifiedTicks)
    {
        Size += size;
        _files.Add(_path.AsSpan(0, Encoding.UTF8.GetBytes(path, _path)), size, sha256, modifiedTicks);
        _claims.Confirm();
    }

    /// <summary>Where the source has a file or a folder of its own called like the shared encoded form of another, the source wins.</summary>
    private void FreeEncodedName(string path)
    {
        if (Path.GetExtension(path.AsSpan()) is not (".br" or ".gz"))
            return;
        var stem = Path.ChangeExtension(path, null);
        var index = _claims.IndexOf(stem);
        if (index < 0 || _files.EncodingsOf(index) is var encodings && encodings.All(e => path != stem + e.Extension))
            return;

        File.Delete(PathOf(path));
        _files.SetEncodings(index, [.. encodings.Where(e => path != stem + e.Extension)]);
    }

    private void CheckSize(string path, long size)
    {
        if (size > _limits.MaxFileBytes)
            throw new ContentRejectedException(RejectionReason.FileTooLarge, $"Refused '{path}': it is larger than the limit of {_limits.MaxFileBytes} bytes a file.");
        if (Size + size > _limits.MaxBytes)
            throw new ContentRejectedException(RejectionReason.ReleaseTooLarge, $"Refused '{path}': with it the release is larger than the limit of {_limits.MaxBytes} bytes.");
    }
}
