namespace Samples.Sidecar.Sources.Git;

/// <summary>A blob, which is not read before somebody reads it, and not held whole where it is large and stored as it is.</summary>
internal sealed class GitBlobStream(GitRepository repository, GitId id, long size) : Stream
{
    private const long MaxHeld = 1 << 20;

    private GitObject? _held;
    private Stream? _content;
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => size;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    /// <summary>Whether it begins so; for small ones only.</summary>
    public bool StartsWith(ReadOnlySpan<byte> bytes) => Hold().Content.StartsWith(bytes);

    public override int Read(Span<byte> buffer)
    {
        _content ??= (size > MaxHeld ? repository.OpenRead(id) : null) ?? Hold().OpenRead();
        var read = _content.Read(buffer);
        _position += read;
        if (read == 0 && buffer.Length > 0 && _position != size)
            throw new InvalidDataException($"blob {id} is cut short");
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _content?.Dispose();
        _held?.Dispose();
        _held = null;
        base.Dispose(disposing);
    }

    private GitObject Hold() => _held ??= repository.Read(id);
}
