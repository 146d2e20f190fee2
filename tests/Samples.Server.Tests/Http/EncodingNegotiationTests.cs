using CsCheck;
using Microsoft.Extensions.Primitives;

namespace Samples.Server.Tests;

public sealed class EncodingNegotiationTests
{
    private static readonly string _sha256 = new('a', 64);
    private static readonly Asset _encoded = Create(Represent(null, 100), Represent("br", 40), Represent("gzip", 50));
    private static readonly Asset _plain = Create(Represent(null, 100));

    [Theory]
    [InlineData(null, "identity")]
    [InlineData("", "identity")]
    [InlineData("gzip, deflate, br, zstd", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("GZIP", "gzip")]
    [InlineData("x-gzip", "gzip")]
    [InlineData("br;q=0.5, gzip;q=0.8", "gzip")]
    [InlineData("br;q=0.5,gzip;q=0.5", "br")] // the smaller of equals
    [InlineData("br;q=0, gzip;q=0", "identity")]
    [InlineData("*", "br")]
    [InlineData("gzip;q=0.2, *;q=0.1", "gzip")]
    [InlineData("br;q=0, *", "gzip")]
    [InlineData("identity", "identity")]
    [InlineData("identity;q=1, *;q=0", "identity")]
    [InlineData("identity;q=0.5, gzip;q=0.4", "identity")]
    [InlineData("identity;q=0.5, gzip;q=0.5", "gzip")]
    [InlineData("identity;q=0, gzip", "gzip")]
    [InlineData("identity;q=0", "none")]
    [InlineData("*;q=0", "none")]
    [InlineData("*;q=0, gzip;q=0.001", "gzip")]
    [InlineData("deflate", "identity")]
    [InlineData("br;q=nonsense", "identity")]
    [InlineData("br;q=2", "identity")]
    [InlineData("br ; q=0.9 , gzip", "gzip")]
    public void Choose_PrefersByWeight_ThenBySize(string? header, string chosen) =>
        Assert.Equal(chosen, NameOf(EncodingNegotiation.Choose(_encoded, header)));

    [Fact]
    public void Choose_ReadsAllLines() =>
        Assert.Equal("br", NameOf(EncodingNegotiation.Choose(_encoded, new StringValues(["gzip;q=0.1", "br"]))));

    [Theory]
    [InlineData("gzip, br", "identity")]
    [InlineData("identity;q=0", "none")]
    [InlineData("*;q=0.0", "none")]
    public void Choose_HasOnlyIdentity_WithoutEncodings(string header, string chosen) =>
        Assert.Equal(chosen, NameOf(EncodingNegotiation.Choose(_plain, header)));

    [Fact]
    public void Choose_NeverThrows_AndGivesACodingOnlyToThoseWhoNameIt() =>
        Gen.String[Gen.OneOf(Gen.Char["br;q=01.,* gzip"], Gen.Char), 0, 40].Sample(header =>
            EncodingNegotiation.Choose(_encoded, header)?.Coding is not { } coding
            || header.Contains('*', StringComparison.Ordinal)
            || header.Contains(coding, StringComparison.OrdinalIgnoreCase));

    private static string NameOf(Representation? representation) => representation is null ? "none" : representation.Coding ?? "identity";

    private static Representation Represent(string? coding, int length) => new(coding, _sha256, length, new byte[length], null);

    private static Asset Create(Representation identity, params Representation[] coded) =>
        new("/file.txt", _sha256, TestFile.DefaultModified, identity, coded);
}
