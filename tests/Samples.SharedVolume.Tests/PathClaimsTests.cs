using System.Text;
using CsCheck;

namespace Samples.SharedVolume.Tests;

public sealed class PathClaimsTests
{
    /// <summary>Few names, so that they meet.</summary>
    private static readonly Gen<string> _path = Any.Of("a", "A", "b", "é", "É", "ﬀ", "😀").Array[1, 3].Select(names => string.Join('/', names));

    [Fact]
    public void Claim_Refuses_WhatAModelWithStringsWould()
    {
        _path.Array[1, 30].Sample(paths =>
        {
            var files = new PackedFiles();
            var (claims, model) = (new PathClaims(files), new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase));
            foreach (var path in paths)
            {
                // By its name without a slash, the spelling of each file, and of each folder with one.
                var folders = Enumerable.Range(1, path.Length - 1).Where(i => path[i] == '/').Select(i => path[..i]).ToArray();
                var other = model.GetValueOrDefault(path)
                    ?? folders.Reverse().Select(folder => model.GetValueOrDefault(folder) is { } taken && taken != folder + "/" ? taken : null).FirstOrDefault(taken => taken is not null);

                var refusal = Record.Exception(() => claims.Claim(path, _ => { }));

                // Of two names in the way, either may be told of.
                Assert.Equal(other is null, refusal is null);
                if (refusal is not null)
                {
                    Assert.Contains(((ContentRejectedException)refusal).Other, model.Values, StringComparer.OrdinalIgnoreCase);
                    continue;
                }

                files.Add(Encoding.UTF8.GetBytes(path), 0, default, 0);
                claims.Confirm();
                model.Add(path, path);
                foreach (var folder in folders)
                    model[folder] = folder + "/";
            }

            Assert.All(model, taken => Assert.False(claims.IsFree(taken.Key)));
            Assert.Equal(model.Values.Where(name => name.EndsWith('/')).Order(), Enumerable.Range(0, claims.FolderCount).Select(i => claims.FolderAt(i) + "/").Order());
        });
    }

    [Fact]
    public void Claim_LeavesNothingBehind_WhereTheFileDoesNotCome()
    {
        var files = new PackedFiles();
        var claims = new PathClaims(files);
        claims.Claim("docs/a.html", _ => { });

        claims.Claim("DOCS/b.html", _ => { });
        files.Add("DOCS/b.html"u8, 0, default, 0);
        claims.Confirm();

        Assert.True(claims.IsFree("docs/a.html"));
        Assert.Equal(0, claims.IndexOf("DOCS/b.html"));
        Assert.Equal(-1, claims.IndexOf("docs/b.html"));
    }

    [Fact]
    public void IndexOf_FindsEveryFile_OfThousands()
    {
        var files = new PackedFiles();
        var claims = new PathClaims(files);
        var paths = Enumerable.Range(0, 5000).Select(i => $"{i % 100}/{i}.html").ToArray();
        foreach (var path in paths)
        {
            claims.Claim(path, _ => { });
            files.Add(Encoding.UTF8.GetBytes(path), 0, default, 0);
            claims.Confirm();
        }

        Assert.Equal(Enumerable.Range(0, paths.Length), paths.Select(claims.IndexOf));
        Assert.Equal(100, claims.FolderCount);
    }
}
