namespace Samples.Server;

/// <summary>What came of sending an answer.</summary>
internal enum SendOutcome
{
    /// <summary>All of it has gone out.</summary>
    Sent,

    /// <summary>Some of it waits for room.</summary>
    Blocked,

    /// <summary>There is nobody to send it to.</summary>
    Gone,
}
