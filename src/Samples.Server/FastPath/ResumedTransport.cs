using System.IO.Pipelines;

namespace Samples.Server;

/// <summary>A transport of Kestrel's, some of whose input was taken before it was one.</summary>
internal sealed class ResumedTransport(byte[] taken, IDuplexPipe transport) : IDuplexPipe
{
    public PipeReader Input { get; } = new ResumedReader(taken, transport.Input);

    public PipeWriter Output => transport.Output;
}
