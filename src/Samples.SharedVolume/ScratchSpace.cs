using System.Buffers;

namespace Samples.SharedVolume;

/// <summary>Where downloads are kept on their way into a release, within its bounds; all of it goes with the staging directory.</summary>
public sealed class ScratchSpace
{
    private const int BufferSize = 128 * 1024;

    private readonly Volume _volume;
    private readonly string _directory;
    private readonly ContentLimits _limits;

    internal ScratchSpace(Volume volume, string directory, ContentLimits limits) => (_volume, _directory, _limits) = (volume, directory, limits);

    /// <summary>For the one download of a source that has but one.</summary>
    public string MainFile => Path.Combine(_directory, "scratch");

    /// <summary>A path that nobody has used yet.</summary>
    public string NewFile() => Path.Combine(_directory, Path.GetRandomFileName());

    /// <summary>Streams a download to a file; safe for use by several threads, each with a file of its own.</summary>
    /// <param name="file"><see cref="MainFile"/>, or see <see cref="NewFile"/>.</param>
    /// <param name="name">What it is, for errors.</param>
    /// <param name="content">Read to its end, never held in memory whole.</param>
    /// <param name="size">In bytes, as announced; null where it is not.</param>
    /// <param name="cancellation">Ends the download.</param>
    /// <exception cref="ContentRejectedException">It is larger than the whole release may be.</exception>
    /// <exception cref="IOException">The volume cannot take it; where it is full, the message says what was needed.</exception>
    public async Task SaveAsync(string file, string name, Stream content, long? size, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(content);
        CheckSize(name, size ?? 0);
        RequireSpace(name, size);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            using var handle = File.OpenHandle(file, FileMode.Create, FileAccess.Write);
            var length = 0L;
            int read;
            while ((read = await content.ReadAsync(buffer.AsMemory(0, BufferSize), cancellation).ConfigureAwait(false)) > 0)
            {
                CheckSize(name, length + read);
                RandomAccess.Write(handle, buffer.AsSpan(0, read), length);
                length += read;
            }
        }
        catch (IOException e) when (e.HResult is Posix.NoSpaceLeft or Posix.QuotaExceeded)
        {
            throw _volume.OutOfSpace(name, size, e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Fails before the first byte where the volume has less space than is announced.</summary>
    /// <param name="name">What it is for.</param>
    /// <param name="size">In bytes; null where it is not known.</param>
    /// <exception cref="IOException">The volume cannot take it.</exception>
    public void RequireSpace(string name, long? size)
    {
        // Small files are written as fast as the question is asked, and say the same when they do not fit.
        if (size > BufferSize && size > _volume.FreeSpace)
            throw _volume.OutOfSpace(name, size);
    }

    private void CheckSize(string name, long size)
    {
        if (size > _limits.MaxBytes)
            throw new ContentRejectedException(RejectionReason.ReleaseTooLarge, $"Refused '{name}': the download alone is larger than the limit of {_limits.MaxBytes} bytes.");
    }
}
