using System.Runtime.CompilerServices;

namespace Samples.SharedVolume;

/// <summary>A SHA-256 in 32 bytes, where hex digits take five times as many.</summary>
[InlineArray(Length)]
internal struct Sha256Bytes
{
    public const int Length = 32;

    private byte _first;

    /// <summary>False where the text is not 64 lower-case hex digits.</summary>
    public static bool TryParse(ReadOnlySpan<char> hex, out Sha256Bytes bytes)
    {
        bytes = default;
        return hex.Length == 2 * Length && !hex.ContainsAnyInRange('A', 'F')
            && Convert.FromHexString(hex, bytes, out _, out var written) == System.Buffers.OperationStatus.Done && written == Length;
    }
}
