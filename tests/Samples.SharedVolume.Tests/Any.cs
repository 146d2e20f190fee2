using CsCheck;

namespace Samples.SharedVolume.Tests;

internal static class Any
{
    /// <summary>One of these, at random.</summary>
    public static Gen<T> Of<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
