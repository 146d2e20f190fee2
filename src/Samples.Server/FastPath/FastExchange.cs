namespace Samples.Server;

/// <summary>A request that the fast path answers, as the metrics and the access log want to know of it.</summary>
/// <param name="Release">The release that answered.</param>
/// <param name="Answer">What is sent.</param>
/// <param name="IsHead">Whether without its body.</param>
/// <param name="Started">When the request was read, a timestamp of <see cref="System.Diagnostics.Stopwatch"/>.</param>
/// <param name="Entry">For the access log; null where that is off.</param>
internal sealed record FastExchange(string Release, ReadyAnswer Answer, bool IsHead, long Started, AccessEntry? Entry)
{
    public byte[] Body => IsHead ? [] : Answer.Body;
}
