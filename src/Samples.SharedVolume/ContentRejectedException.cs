namespace Samples.SharedVolume;

/// <summary>
/// Content that must not be published. Fetching the same revision again cannot help; the message names the
/// entry and the rule.
/// </summary>
public sealed class ContentRejectedException(RejectionReason reason, string message, Exception? inner = null) : Exception(message, inner)
{
    public RejectionReason Reason { get; } = reason;

    /// <summary>Of a collision: the entry that was there before, a folder with a slash at its end; else null.</summary>
    public string? Other { get; private init; }

    internal static ContentRejectedException Collision(string message, string other) => new(RejectionReason.Collision, message) { Other = other };
}
