namespace Samples.Sidecar.Sources.Signatures;

/// <summary>What somebody says of something (in-toto attestation framework, statement v1).</summary>
/// <param name="PredicateType">What kind of thing is said.</param>
/// <param name="Subject">Of what.</param>
internal sealed record InTotoStatement(string? PredicateType = null, IReadOnlyList<InTotoStatement.Named?>? Subject = null)
{
    /// <param name="Digest">Hashes by their algorithms' names.</param>
    internal sealed record Named(IReadOnlyDictionary<string, string?>? Digest = null);
}
