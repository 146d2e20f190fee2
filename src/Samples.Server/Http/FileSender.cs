namespace Samples.Server;

/// <summary>Sends part of a file from the volume, straight into the connection's buffers.</summary>
internal static class FileSender
{
    /// <summary>Bytes a read. Kestrel's own back-pressure bounds what waits for a slow client, whatever the file's size.</summary>
    private const int ChunkLength = 64 << 10;

    /// <summary>The file is opened before anything is sent, so that one which is gone can still become another answer.</summary>
    /// <exception cref="FileNotFoundException">Retention has removed the release; nothing has been sent.</exception>
    /// <exception cref="DirectoryNotFoundException">Retention has removed the release; nothing has been sent.</exception>
    public static async Task SendAsync(HttpContext context, FileBody file, ByteRange range, ResponseRecord record)
    {
        using var lease = file.Open();
        var writer = context.Response.BodyWriter;
        for (var offset = range.First; offset <= range.Last;)
        {
            var wanted = (int)Math.Min(ChunkLength, range.Last - offset + 1);
            var read = await RandomAccess.ReadAsync(lease.Handle, writer.GetMemory(wanted)[..wanted], offset, context.RequestAborted).ConfigureAwait(false);
            if (read == 0)
                throw new EndOfStreamException($"'{file.Path}' ended at byte {offset}: a file of a release has been changed.");

            writer.Advance(read);
            offset += read;
            record.BodyBytes += read;
            var flushed = await writer.FlushAsync(context.RequestAborted).ConfigureAwait(false);
            if (flushed.IsCompleted || flushed.IsCanceled)
                return;
        }
    }
}
