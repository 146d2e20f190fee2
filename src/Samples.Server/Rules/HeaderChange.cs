namespace Samples.Server;

/// <param name="Name">Of the header.</param>
/// <param name="Value">What is added to it; null takes away what it had.</param>
internal sealed record HeaderChange(string Name, PathTemplate? Value);
