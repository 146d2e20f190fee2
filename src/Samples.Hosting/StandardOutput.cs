using System.Text;
using Serilog.Core;
using Serilog.Debugging;
using Serilog.Events;
using Serilog.Formatting;

namespace Samples.Hosting;

/// <summary>
/// Standard output as a log: an event is written out before the call that logs it returns. A thread that has many to tell of at once may hold
/// them back, and write them out together.
/// </summary>
public sealed class StandardOutput(ITextFormatter formatter, Stream output) : ILogEventSink, IDisposable
{
    private const int BufferLength = 32 << 10;

    [ThreadStatic]
    private static bool _isHolding;

    [ThreadStatic]
    private static StandardOutput? _held;

    private readonly StreamWriter _writer = new(output, new UTF8Encoding(false), BufferLength);
    private readonly Lock _lock = new();

    /// <summary>From now on, events of this thread wait for <see cref="Release"/>, for another thread's, or for a full buffer.</summary>
    public static void Hold() => _isHolding = true;

    /// <summary>Writes out what this thread held back.</summary>
    public static void Release()
    {
        _isHolding = false;
        _held?.Flush();
        _held = null;
    }

    public void Emit(LogEvent logEvent)
    {
        lock (_lock)
        {
            formatter.Format(logEvent, _writer);
            if (_isHolding)
                _held = this;
            else
                Flush();
        }
    }

    public void Dispose()
    {
        lock (_lock)
            _writer.Dispose();
    }

    private void Flush()
    {
        try
        {
            lock (_lock)
                _writer.Flush();
        }
        catch (IOException e)
        {
            // A log that cannot be written is told of where Serilog tells of its troubles, and does not end who logs.
            SelfLog.WriteLine("Standard output cannot be written: {0}", e);
        }
    }
}
