namespace Samples.Server;

/// <summary>A line of the access log but for the time that it took, with nothing in it that has to be escaped any more.</summary>
internal sealed record AccessEntry(
    string? Method, string? Path, string? Query, string Protocol, int Status, long Bytes, string? RemoteIp, string? Referer, string? UserAgent,
    string? Coding, string? Release, string? TraceParent);
