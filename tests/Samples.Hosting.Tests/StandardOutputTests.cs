using System.Text;
using Serilog;
using Serilog.Debugging;
using Serilog.Formatting.Display;

namespace Samples.Hosting.Tests;

public sealed class StandardOutputTests : IDisposable
{
    private readonly MemoryStream _output = new();

    public void Dispose() => _output.Dispose();

    [Fact]
    public void Event_IsWritten_BeforeTheCallReturns()
    {
        using var logger = Log(_output);

        logger.Information("one");

        Assert.Equal("one\n", Written);
    }

    [Fact]
    public void EventsOfAHoldingThread_AreWrittenTogether()
    {
        using var logger = Log(_output);
        StandardOutput.Hold();
        logger.Information("one");
        logger.Information("two");
        var before = Written;

        StandardOutput.Release();

        Assert.Equal("", before);
        Assert.Equal("one\ntwo\n", Written);
    }

    [Fact]
    public void EventOfAnotherThread_TakesThoseThatAreHeldWithIt()
    {
        using var logger = Log(_output);
        StandardOutput.Hold();
        logger.Information("one");

        var other = new Thread(() => logger.Information("two"));
        other.Start();
        other.Join();

        Assert.Equal("one\ntwo\n", Written);
        StandardOutput.Release();
    }

    [Fact]
    public void Logging_GoesOn_WhenTheOutputIsFull()
    {
        var troubles = new List<string>();
        SelfLog.Enable(troubles.Add);
        using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        using var logger = Log(full);
        StandardOutput.Hold();
        logger.Information("one");

        StandardOutput.Release(); // on a thread that serves everybody, and must not throw

        SelfLog.Disable();
        Assert.Contains(troubles, trouble => trouble.Contains("Standard output cannot be written", StringComparison.Ordinal));
    }

    private string Written => Encoding.UTF8.GetString(_output.ToArray());

    private static Serilog.Core.Logger Log(Stream output) =>
        new LoggerConfiguration().WriteTo.Sink(new StandardOutput(new MessageTemplateTextFormatter("{Message:lj}\n"), output)).CreateLogger();
}
