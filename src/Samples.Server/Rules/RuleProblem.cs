namespace Samples.Server;

/// <summary>A line of a release's <c>_headers</c> or <c>_redirects</c> that was left out, while all the others apply.</summary>
/// <param name="File">The file's name, from the root of the release.</param>
/// <param name="Line">Counted from 1; 0 where it is about the whole file.</param>
/// <param name="Problem">What is wrong and what would be right, as a sentence.</param>
internal sealed record RuleProblem(string File, int Line, string Problem);
