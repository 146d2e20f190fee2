namespace Samples.SharedVolume;

/// <summary>
/// Content that must not be published. Fetching the same revision again cannot help; the message names the
/// entry and the rule.
/// </summary>
public sealed class ContentRejectedException(RejectionReason reason, string message, Exception? inner = null) : Exception(message, inner)
{
    public RejectionReason Reason { get; } = reason;
}
