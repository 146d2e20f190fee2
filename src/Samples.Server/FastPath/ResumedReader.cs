using System.Buffers;
using System.IO.Pipelines;

namespace Samples.Server;

/// <summary>Reads what was taken from a connection before it became an ordinary one, and then the connection itself.</summary>
/// <param name="taken">What was taken, not empty.</param>
/// <param name="connection">What is still to come.</param>
internal sealed class ResumedReader(byte[] taken, PipeReader connection) : PipeReader
{
    private ReadOnlySequence<byte> _taken = new(taken);
    private bool _wantsMore;
    private bool _isCompleted;

    public override bool TryRead(out ReadResult result)
    {
        if (_taken.IsEmpty)
            return connection.TryRead(out result);
        if (!_wantsMore || _isCompleted)
        {
            result = new ReadResult(_taken, isCanceled: false, _isCompleted);
            return true;
        }

        if (!connection.TryRead(out result))
            return false;
        result = Join(result);
        return true;
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (_taken.IsEmpty)
            return connection.ReadAsync(cancellationToken);
        return TryRead(out var result) ? ValueTask.FromResult(result) : JoinAsync(cancellationToken);
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_taken.IsEmpty)
        {
            connection.AdvanceTo(consumed, examined);
            return;
        }

        _wantsMore = _taken.Slice(examined).IsEmpty;
        _taken = _taken.Slice(consumed);
    }

    public override void CancelPendingRead() => connection.CancelPendingRead();

    public override void Complete(Exception? exception = null) => connection.Complete(exception);

    private async ValueTask<ReadResult> JoinAsync(CancellationToken cancellationToken) => Join(await connection.ReadAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>Takes what has come from the connection too: it is little, as the head of a request has its limits and a body is consumed as it comes.</summary>
    private ReadResult Join(ReadResult more)
    {
        _taken = new ReadOnlySequence<byte>([.. _taken.ToArray(), .. more.Buffer.ToArray()]);
        connection.AdvanceTo(more.Buffer.End);
        _isCompleted = more.IsCompleted;
        return new ReadResult(_taken, more.IsCanceled, more.IsCompleted);
    }
}
