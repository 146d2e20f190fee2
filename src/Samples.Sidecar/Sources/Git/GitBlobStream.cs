namespace Samples.Sidecar.Sources.Git;

/// <summary>A blob, which is not read before somebody reads it.</summary>
internal sealed class GitBlobStream(GitRepository repository, GitId id, long size) : Stream
{
    private GitObject? _blob;
    private int _position;

    private ReadOnlySpan<byte> Content => (_blob ??= repository.Read(id)).Content;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => size;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public bool StartsWith(ReadOnlySpan<byte> bytes) => Content.StartsWith(bytes);

    public override int Read(Span<byte> buffer)
    {
        var rest = Content[_position..];
        var read = Math.Min(rest.Length, buffer.Length);
        rest[..read].CopyTo(buffer);
        _position += read;
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
        _blob?.Dispose();
        _blob = null;
        base.Dispose(disposing);
    }
}
