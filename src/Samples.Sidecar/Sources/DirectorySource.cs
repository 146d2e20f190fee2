using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using Samples.SharedVolume;

namespace Samples.Sidecar.Sources;

/// <summary>
/// A folder: a bind mount, a persistent volume or a ConfigMap. Its revision is a hash over the names, sizes and
/// modification times in it. It is read only once two scans in a row agree, and published only if every file that was
/// read still was as scanned: a half-saved edit is never published.
/// </summary>
public sealed class DirectorySource(Uri uri, ContentFilter filter, TimeProvider clock) : IContentSource
{
    private static readonly TimeSpan _settleTime = TimeSpan.FromMilliseconds(200);

    /// <summary>What the folder was like when it changed last.</summary>
    private ContentFiles? _scanned;

    public string Kind => "directory";

    public string Uri => uri.AbsoluteUri;

    public async Task<IContentRevision?> CheckAsync(string? knownRevision, CancellationToken cancellation)
    {
        var revision = Scan(null);
        while (revision != knownRevision)
        {
            await Task.Delay(_settleTime, clock, cancellation);
            var files = new ContentFiles(_scanned);
            var next = Scan(files);
            files.Complete();
            _scanned = files;
            if (next == revision)
                return new FolderRevision(next, files);
            revision = next;
        }

        return null;
    }

    /// <summary>The folder's revision: a sum over its files, since the order in which a file system lists them means nothing.</summary>
    /// <param name="files">Takes all of them, in no order.</param>
    private string Scan(ContentFiles? files)
    {
        var (sum, hash) = (UInt128.Zero, new XxHash128());
        try
        {
            ContentFolder.Visit(uri.LocalPath, filter.Passes, file =>
            {
                sum += HashOf(file, hash);
                files?.Add(file);
            });
            return sum.ToString("x32", CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SourceUnavailableException($"The source folder '{uri.LocalPath}' cannot be read: {e.Message}", inner: e);
        }
    }

    private static UInt128 HashOf(in ContentFile file, XxHash128 hash)
    {
        hash.Reset();
        Span<byte> numbers = stackalloc byte[2 * sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(numbers, file.Size);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[sizeof(long)..], file.Modified.UtcTicks);
        hash.Append(numbers);
        hash.Append(MemoryMarshal.AsBytes(file.Path.AsSpan()));
        return hash.GetCurrentHashAsUInt128();
    }

    private sealed class FolderRevision(string revision, ContentFiles files) : IContentRevision
    {
        public string Revision => revision;

        public Task<bool> StageAsync(ContentSink sink, CancellationToken cancellation)
        {
            // Size and time tell that a file is the same only against a release made from this very folder.
            var mayReuse = sink.PreviousRevision is not null;
            foreach (var file in files)
            {
                cancellation.ThrowIfCancellationRequested();
                if ((!mayReuse || !sink.TryReuse(file.Path, file.Size, file.Modified)) && !TryCopy(file, sink, cancellation))
                    return Task.FromResult(false);
            }

            return Task.FromResult(true);
        }

        public void Dispose()
        {
        }

        /// <summary>False where the file is not what was scanned any more: what has been staged by then is half of one state and half of another.</summary>
        private static bool TryCopy(in ContentFile file, ContentSink sink, CancellationToken cancellation)
        {
            try
            {
                using var content = File.OpenRead(file.FullPath);
                sink.Add(file.Path, content, file.Modified, null, cancellation);
                return content.Length == file.Size && File.GetLastWriteTimeUtc(content.SafeFileHandle) == file.Modified.UtcDateTime;
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                return false;
            }
            catch (Exception e) when (e is UnauthorizedAccessException)
            {
                throw new SourceUnavailableException($"The source folder '{file.Folder}' cannot be read: {e.Message}", inner: e);
            }
        }
    }
}
