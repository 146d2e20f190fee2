using System.Net;
using System.Security.Cryptography;
using Samples.SharedVolume;

namespace Samples.Sidecar.Sources;

/// <summary>
/// Fetches files by their hash, several at a time: small ones into memory, large ones to the disk, each held against its hash and size before it
/// gets into the release. What the release before has is not fetched.
/// </summary>
/// <param name="folder">Where the files are, each named by its SHA-256.</param>
internal sealed class SharedFiles(Uri folder, HttpClient http, int maxConcurrent, TimeProvider clock)
{
    private const int MaxBytesInMemory = 256 << 10;
    private const int MaxAttempts = 3;
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(200);

    /// <exception cref="ContentRejectedException">A file is not what the manifest says, or must not be published.</exception>
    /// <exception cref="SourceUnavailableException">A file cannot be had.</exception>
    public async Task StageAsync(IEnumerable<ReleaseFile> files, ContentSink sink, CancellationToken cancellation)
    {
        // Before the first request: what a hostile manifest asks for must cost nothing.
        foreach (var file in files)
            Check(file, sink.Limits);
        if (files.Sum(file => (decimal)file.Size) > sink.Limits.MaxBytes)
            throw new ContentRejectedException(RejectionReason.ReleaseTooLarge, $"Refused the release at {folder}: it is larger than the limit of {sink.Limits.MaxBytes} bytes.");

        var wanted = new List<ReleaseFile>();
        foreach (var file in files)
        {
            if (!TryReuse(file, sink, cancellation))
                wanted.Add(file);
        }

        sink.Scratch.RequireSpace($"the release at {folder}", wanted.Sum(file => file.Size));

        var options = new ParallelOptions { MaxDegreeOfParallelism = maxConcurrent, CancellationToken = cancellation };
        var adding = new Lock();
        await Parallel.ForEachAsync(wanted.GroupBy(file => file.Sha256, StringComparer.Ordinal), options, async (same, token) =>
        {
            using var content = await FetchAsync(same.First(), sink, token);
            lock (adding)
            {
                foreach (var file in same)
                {
                    content.Position = 0;
                    sink.Add(file.Path, content, file.Modified, file.Size, token);
                }
            }
        });
    }

    private static void Check(ReleaseFile file, ContentLimits limits)
    {
        if (ContentPath.FindProblem(file.Path) is { } problem)
            throw new ContentRejectedException(RejectionReason.Path, $"Refused '{file.Path}': the path {problem}.");
        if (file.Size < 0)
            throw new ContentRejectedException(RejectionReason.Corrupt, $"Refused '{file.Path}': the manifest has no size of it.");
        if (file.Size > limits.MaxFileBytes)
            throw new ContentRejectedException(RejectionReason.FileTooLarge, $"Refused '{file.Path}': it is larger than the limit of {limits.MaxFileBytes} bytes a file.");
    }

    /// <summary>Shares a file with the release before, or copies it where it had another name there.</summary>
    private static bool TryReuse(ReleaseFile file, ContentSink sink, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (sink.TryReuse(file.Path, file.Sha256))
            return true;
        using var elsewhere = sink.OpenPrevious(file.Sha256);
        if (elsewhere is null)
            return false;
        sink.Add(file.Path, elsewhere, file.Modified, file.Size, cancellation);
        return true;
    }

    private async Task<Stream> FetchAsync(ReleaseFile file, ContentSink sink, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await FetchOnceAsync(file, sink, cancellation);
            }
            catch (SourceUnavailableException e) when (attempt < MaxAttempts && e.InnerException is not null)
            {
                await Task.Delay(_pause * attempt, clock, cancellation);
            }
        }
    }

    private async Task<Stream> FetchOnceAsync(ReleaseFile file, ContentSink sink, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(folder, file.Sha256));
        var response = await http.AskAsync(request, cancellation);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var length = 0L;
        using var body = new ObservedStream(new ResumingStream(http, response, repeat: null, clock), block =>
        {
            length += block.Length;
            Require(length <= file.Size, file);
            hash.AppendData(block);
        });
        if (response.StatusCode == HttpStatusCode.NotFound)
            throw new SourceUnavailableException($"{SourceHttp.Show(request)} answered 404 Not Found: the release may have been replaced meanwhile.");
        if (response.StatusCode != HttpStatusCode.OK)
            throw response.Refusal(request);

        var content = file.Size <= MaxBytesInMemory ? new MemoryStream((int)file.Size) : await SaveAsync(file, body, sink, cancellation);
        try
        {
            if (content is MemoryStream)
                await body.CopyToAsync(content, cancellation);
            Require(length == file.Size && Convert.ToHexStringLower(hash.GetHashAndReset()) == file.Sha256, file);
            return content;
        }
        catch
        {
            await content.DisposeAsync();
            throw;
        }
    }

    private static async Task<Stream> SaveAsync(ReleaseFile file, Stream body, ContentSink sink, CancellationToken cancellation)
    {
        var path = sink.Scratch.NewFile();
        await sink.Scratch.SaveAsync(path, file.Path, body, file.Size, cancellation);
        return new FileStream(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Options = FileOptions.DeleteOnClose });
    }

    private void Require(bool isSound, ReleaseFile file)
    {
        if (!isSound)
            throw new ContentRejectedException(RejectionReason.Corrupt, $"Refused '{file.Path}': what {new Uri(folder, file.Sha256)} answered is not of that hash and {file.Size} bytes.");
    }
}
