namespace Samples.Server;

internal enum PreconditionOutcome
{
    /// <summary>Answer as if there were no conditions.</summary>
    Proceed,

    /// <summary>304.</summary>
    NotModified,

    /// <summary>412.</summary>
    Failed,
}
