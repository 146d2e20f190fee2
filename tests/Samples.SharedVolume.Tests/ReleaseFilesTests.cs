using System.Runtime.CompilerServices;
using System.Text;
using CsCheck;

namespace Samples.SharedVolume.Tests;

public sealed class ReleaseFilesTests
{
    /// <summary>Of one to four bytes in UTF-8, before and behind the surrogates of UTF-16, and those that paths are made of most.</summary>
    private static readonly Gen<string> _character = Any.Of("a", "b", "/", ".", "A", "é", "日", "\ud7ff", "\ue000", "\uffee", "\U00010000", "😀", "\U0010ffff");

    private static readonly Gen<FileEncoding[]> _encodings = Gen.Select(Any.Of(FileEncoding.Brotli, FileEncoding.Gzip, "zstd"), Gen.Long, (name, size) => new FileEncoding(name, size)).Array[0, 3];

    private static readonly Gen<ReleaseFile> _file = Gen.Select(_character.Array[1, 8], Gen.Long, Gen.Byte.Array[32], Gen.DateTimeOffset, _encodings,
        (path, size, hash, modified, encodings) => new ReleaseFile(string.Concat(path), size, Convert.ToHexStringLower(hash), modified, encodings));

    /// <summary>Many enough for several chunks, now and then.</summary>
    private static readonly Gen<ReleaseFile[]> _files = Gen.Frequency((50, _file.Array[0, 40]), (1, _file.Array[1000, 3000]))
        .Select(files => files.DistinctBy(file => file.Path).ToArray());

    [Fact]
    public void Of_HandsOutWhatItWasGiven_InOrdinalOrder()
    {
        _files.Sample(files =>
        {
            var packed = ReleaseFiles.Of(files);

            var expected = files.OrderBy(file => file.Path, StringComparer.Ordinal).ToArray();
            Assert.Equal(expected.Select(Flatten), packed.Select(Flatten));
            Assert.Equal(ReleaseId.Of(expected.AsEnumerable()), ReleaseId.Of(packed));
        });
    }

    [Fact]
    public void Find_TellsWhatIsListed_AndNothingElse()
    {
        Gen.Select(_files, _character.Array[1, 3]).Sample((files, other) =>
        {
            var packed = ReleaseFiles.Of(files);

            foreach (var path in files.Select(file => file.Path).Append(string.Concat(other)))
                Assert.Equal(Array.Find(files, file => file.Path == path)?.Sha256, packed.Find(path)?.Sha256);
        });
    }

    [Fact]
    public void PathOrder_IsTheOrdinalOrderOfStrings()
    {
        var text = _character.Array[0, 6].Select(string.Concat);
        Gen.Select(text, text).Sample((one, other) =>
            Math.Sign(string.CompareOrdinal(one, other)) == Math.Sign(PathOrder.Compare(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other))));
    }

    [Fact]
    public void Add_LeavesTheReleaseBeforeAsItWas_WhateverChangesAgainstIt()
    {
        var first = Enumerable.Range(0, 5000).Select(i => new ReleaseFile($"folder/{i:00000}.html", i, Convert.ToHexStringLower(new byte[32]), default, [])).ToArray();
        var before = ReleaseFiles.Of(first);
        var change = Gen.Select(Gen.Int[0, first.Length - 1], Any.Of("other", "gone", "new", "encoded"));
        change.Array[0, 4].Sample(
            changes =>
            {
                var second = first.ToList();
                foreach (var (at, what) in changes.Where(c => c.Item2 != "encoded").OrderByDescending(c => c.Item1))
                {
                    if (what == "new")
                        second.Insert(at, second[at] with { Path = $"folder/{at:00000}-{second.Count}.html" });
                    else if (what == "gone")
                        second.RemoveAt(at);
                    else
                        second[at] = second[at] with { Size = -1 };
                }

                var packed = new PackedFiles(before.Packed);
                second.ForEach(packed.Add);
                foreach (var at in changes.Where(c => c.Item2 == "encoded").Select(c => c.Item1 % second.Count))
                {
                    second[at] = second[at] with { Encodings = [new FileEncoding(FileEncoding.Gzip, at)] };
                    packed.SetEncodings(at, second[at].Encodings);
                }

                packed.LetGo();
                Assert.Equal(first.Select(Flatten), before.Select(Flatten));
                Assert.Equal(second.Select(Flatten), packed.Select(Flatten));
            },
            iter: 30);
    }

    [Fact]
    public void Add_HoldsOnce_WhatTheReleaseBeforeHasToo()
    {
        var files = Enumerable.Range(0, 20_000).Select(i => new ReleaseFile($"folder/{i}.html", i, Convert.ToHexStringLower(new byte[32]), default, [])).ToArray();
        var before = ReleaseFiles.Of(files).Packed;
        var packed = new PackedFiles(before);

        foreach (var file in files)
            packed.Add(file);

        var shared = Enumerable.Range(0, files.Length).Count(i => Unsafe.AreSame(in before[i], in packed[i]));
        Assert.InRange(shared, files.Length - 1024, files.Length);
        Assert.True(packed.PathOf(0) == before.PathOf(0));
    }

    [Theory]
    [InlineData("")]
    [InlineData("../../secret")]
    [InlineData("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde")]
    [InlineData("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0")]
    [InlineData("0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData("0123456789abcdeg0123456789abcdef0123456789abcdef0123456789abcdef")]
    public void Of_RefusesWhatIsNoHash(string hash)
    {
        var error = Assert.Throws<InvalidDataException>(() => ReleaseFiles.Of(new ReleaseFile("a.txt", 1, hash, default, [])));

        Assert.Contains("'a.txt'", error.Message, StringComparison.Ordinal);
    }

    private static string Flatten(ReleaseFile file) =>
        $"{file.Path} {file.Size} {file.Sha256} {file.Modified.UtcTicks} {string.Join(' ', file.Encodings.Select(e => $"{e.Name} {e.Size}"))}";
}
