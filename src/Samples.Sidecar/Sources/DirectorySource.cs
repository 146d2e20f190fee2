using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Samples.SharedVolume;

namespace Samples.Sidecar.Sources;

/// <summary>
/// A folder: a bind mount, a persistent volume or a ConfigMap. Its revision is a hash over the names, sizes and
/// modification times in it. It is read only once two scans in a row agree and trusted only if a third, after
/// the copying, agrees too: a half-saved edit is never published.
/// </summary>
public sealed class DirectorySource(Uri uri, ContentFilter filter, TimeProvider clock) : IContentSource
{
    private static readonly TimeSpan _settleTime = TimeSpan.FromMilliseconds(200);

    public string Kind => "directory";

    public string Uri => uri.AbsoluteUri;

    public async Task<IContentRevision?> CheckAsync(string? knownRevision, CancellationToken cancellation)
    {
        var scan = Scan();
        while (scan.Revision != knownRevision)
        {
            await Task.Delay(_settleTime, clock, cancellation);
            var next = Scan();
            if (next.Revision == scan.Revision)
                return new FolderRevision(this, next);
            scan = next;
        }

        return null;
    }

    private FolderScan Scan()
    {
        try
        {
            var files = ContentFolder.Scan(uri.LocalPath, filter.Passes);
            return new FolderScan(RevisionOf(files), files);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SourceUnavailableException($"The source folder '{uri.LocalPath}' cannot be read: {e.Message}", inner: e);
        }
    }

    private static string RevisionOf(IReadOnlyList<ContentFile> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{file.Path}\0{file.Size} {file.Modified.UtcTicks}\n")));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    private sealed record FolderScan(string Revision, IReadOnlyList<ContentFile> Files);

    private sealed class FolderRevision(DirectorySource source, FolderScan scan) : IContentRevision
    {
        public string Revision => scan.Revision;

        public Task<bool> StageAsync(ContentSink sink, CancellationToken cancellation)
        {
            // Size and time tell that a file is the same only against a release made from this very folder.
            var mayReuse = sink.PreviousRevision is not null;
            try
            {
                foreach (var file in scan.Files)
                {
                    cancellation.ThrowIfCancellationRequested();
                    if (mayReuse && sink.TryReuse(file.Path, file.Size, file.Modified))
                        continue;
                    using var content = File.OpenRead(file.FullPath);
                    sink.Add(file.Path, content, file.Modified, file.Size, cancellation);
                }
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                return Task.FromResult(false);
            }

            return Task.FromResult(source.Scan().Revision == scan.Revision);
        }

        public void Dispose()
        {
        }
    }
}
