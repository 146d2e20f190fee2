namespace Samples.SharedVolume.Tests;

/// <summary>A release that is not what its manifest says is noticed, and replaced by the next one of the same content.</summary>
public sealed class DamageTests
{
    private static readonly (string, string)[] _content = [("index.html", new string('a', 1000)), ("sub/b.txt", "b")];

    /// <summary>Of <c>releases/&lt;id&gt;</c>: a way to damage it, and what is said about it.</summary>
    public static TheoryData<string> Damages => [.. _damages.Keys];

    private static readonly Dictionary<string, Action<string>> _damages = new()
    {
        ["file removed"] = d => File.Delete(d + "/www/index.html"),
        ["file cut short"] = d => File.WriteAllText(d + "/www/index.html", "a"),
        ["file edited, same size"] = d => File.WriteAllText(d + "/www/index.html", new string('b', 1000)),
        ["file replaced by a link"] = d => ReplaceByLink(d + "/www/index.html"),
        ["file replaced by a folder"] = d => { File.Delete(d + "/www/index.html"); Directory.CreateDirectory(d + "/www/index.html"); },
        ["encoded form removed"] = d => File.Delete(d + "/www/index.html.br"),
        ["folder removed"] = d => Directory.Delete(d + "/www/sub", recursive: true),
        ["document root removed"] = d => Directory.Delete(d + "/www", recursive: true),
        ["manifest removed"] = d => File.Delete(d + "/release.json"),
        ["manifest cut short"] = d => File.WriteAllText(d + "/release.json", File.ReadAllText(d + "/release.json")[..100]),
        ["manifest empty"] = d => File.WriteAllText(d + "/release.json", ""),
        ["manifest null"] = d => File.WriteAllText(d + "/release.json", "null"),
        ["manifest zeros"] = d => File.WriteAllText(d + "/release.json", new string('\0', 500)),
        ["manifest of the future"] = d => EditManifest(d, "\"schema\":1", "\"schema\":2"),
        ["manifest without files"] = d => EditManifest(d, "\"files\":[{", "\"other\":[{"),
        ["manifest with a null for a file"] = d => EditManifest(d, "\"files\":[{", "\"files\":[null,{"),
        ["manifest with a file twice"] = d => EditManifest(d, "\"path\":\"sub/b.txt\"", "\"path\":\"index.html\""),
        ["manifest with an unknown encoding"] = d => EditManifest(d, "\"br\"", "\"zstd\""),
        ["manifest with a null for an encoding"] = d => EditManifest(d, "\"encodings\":[{", "\"encodings\":[null,{"),
        ["manifest with a path that leaves"] = d => EditManifest(d, "\"path\":\"sub/b.txt\"", "\"path\":\"../b.txt\""),
        ["manifest that is a folder"] = d => { File.Delete(d + "/release.json"); Directory.CreateDirectory(d + "/release.json"); },
        ["manifest that links to itself"] = d => { File.Delete(d + "/release.json"); File.CreateSymbolicLink(d + "/release.json", "release.json"); },
        ["release replaced by a file"] = d => { Directory.Delete(d, recursive: true); File.WriteAllText(d, ""); },
        ["release replaced by a dangling link"] = d => { Directory.Delete(d, recursive: true); File.CreateSymbolicLink(d, "nowhere"); },
        ["release removed"] = d => Directory.Delete(d, recursive: true),
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void Publish_Repairs_WhenCurrentIsDamaged(string damage)
    {
        using var volume = new TestVolume();
        var release = volume.Publish(_content).Release;
        _damages[damage](release.Directory);

        volume.Publish(_content);

        AssertSound(volume, release.Id);
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public void Publish_Repairs_WhenARetainedReleaseIsDamaged(string damage)
    {
        using var volume = new TestVolume();
        var release = volume.Publish(_content).Release;
        volume.Publish(("index.html", "other"));
        _damages[damage](release.Directory);

        Assert.True(volume.Publish(_content).Changed);

        AssertSound(volume, release.Id);
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public void Publish_Works_WhenCurrentIsDamagedAndTheContentIsNew(string damage)
    {
        using var volume = new TestVolume();
        _damages[damage](volume.Publish(_content).Release.Directory);

        var release = volume.Publish([.. _content, ("new.txt", "1")]).Release;

        AssertSound(volume, release.Id);
    }

    [Fact]
    public void Publish_Repairs_WhenAFileIsDamagedUnderItsTime_AndNothingIsShared()
    {
        using var volume = new TestVolume();
        var release = volume.Publish(_content).Release;
        EditUnnoticed(release.PathOf(release.Manifest.Files[0]), new string('b', 1000));
        using (var writer = volume.Open())
        using (var staged = writer.Stage(ContentLimits.Default, share: false))
        {
            foreach (var (path, text) in _content)
                staged.Add(path, text);

            Assert.True(writer.Publish(staged, TestVolume.Source, TestContext.Current.CancellationToken).Changed);
        }

        AssertSound(volume, release.Id);
    }

    private static void AssertSound(TestVolume volume, string id)
    {
        Assert.Equal(id, volume.Volume.ReadCurrentId());
        Assert.Null(ReleaseVerifier.FindProblemInContent(volume.Volume.ReadCurrent()!));
        Assert.Empty(Directory.EnumerateFileSystemEntries(volume[".staging"]));
    }

    private static void EditUnnoticed(string path, string text)
    {
        var modified = File.GetLastWriteTimeUtc(path);
        File.WriteAllText(path, text);
        File.SetLastWriteTimeUtc(path, modified);
    }

    private static void ReplaceByLink(string path)
    {
        File.Move(path, path + ".moved");
        File.CreateSymbolicLink(path, path + ".moved");
    }

    private static void EditManifest(string directory, string before, string after)
    {
        var manifest = File.ReadAllText(directory + "/release.json");
        Assert.Contains(before, manifest, StringComparison.Ordinal);
        File.WriteAllText(directory + "/release.json", manifest.Replace(before, after, StringComparison.Ordinal));
    }
}
