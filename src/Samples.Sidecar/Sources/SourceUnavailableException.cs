namespace Samples.Sidecar.Sources;

/// <summary>A source cannot be read now; trying again later may help.</summary>
/// <param name="message">What happened, where, without credentials.</param>
/// <param name="retryAfter">How long the source itself asks to wait (RFC 9110 §10.2.3), or null.</param>
/// <param name="inner">The cause.</param>
public sealed class SourceUnavailableException(string message, TimeSpan? retryAfter = null, Exception? inner = null) : Exception(message, inner)
{
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
