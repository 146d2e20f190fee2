using System.Runtime.InteropServices;

namespace Samples.Sidecar.Sources.Git;

/// <summary>The name of a Git object: a SHA-1, laid out as libgit2 has it (<c>git_oid</c>).</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4, Size = Length)]
internal readonly record struct GitId(ulong First, ulong Middle, uint Last)
{
    public const int Length = 20;
    public const int HexLength = 2 * Length;

    /// <param name="bytes">At least <see cref="Length"/>.</param>
    public static GitId Read(ReadOnlySpan<byte> bytes) => MemoryMarshal.Read<GitId>(bytes);

    /// <param name="hex"><see cref="HexLength"/> hex digits; fewer name the lowest object that begins with them.</param>
    public static GitId Parse(string hex) => Read(Convert.FromHexString(hex.PadRight(HexLength, '0')));

    public static bool IsHex(string text) => text.Length is >= 4 and <= HexLength && text.All(char.IsAsciiHexDigit);

    public void CopyTo(Span<byte> bytes) => MemoryMarshal.Write(bytes, this);

    public override string ToString() => Convert.ToHexStringLower(MemoryMarshal.AsBytes([this]));
}
