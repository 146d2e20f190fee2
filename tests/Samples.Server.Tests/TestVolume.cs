using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Samples.SharedVolume;

namespace Samples.Server.Tests;

/// <summary>
/// A shared volume in a temporary directory, written by hand: these tests hold the server to the volume's contract, not to
/// the code that usually writes it.
/// </summary>
internal sealed partial class TestVolume : IDisposable
{
    private int _links;

    public TestVolume() => Directory.CreateDirectory(Volume.ReleasesDirectory);

    public Volume Volume { get; } = new(Directory.CreateTempSubdirectory("server-tests-").FullName);

    /// <summary>Writes a release and makes it current; returns its id.</summary>
    public string Publish(params TestFile[] files)
    {
        var id = Write(files);
        SwitchTo(id);
        return id;
    }

    public string Publish(string path, string text) => Publish(new TestFile(path, text));

    /// <summary>Writes a release that is not current.</summary>
    public string Write(params TestFile[] files)
    {
        files = [.. files.OrderBy(f => f.Path, StringComparer.Ordinal)];
        var id = ReleaseId.Of(files.Select(f => new ReleaseFile(f.Path, f.Bytes.Length, f.Sha256, f.Modified, [])));
        var directory = Volume.DirectoryOf(id);
        if (Directory.Exists(directory))
            return id;

        var staging = Directory.CreateTempSubdirectory("server-tests-staging-").FullName;
        Directory.CreateDirectory(Path.Combine(staging, Release.DocumentRootName));
        var entries = new JsonArray();
        foreach (var file in files)
            entries.Add((JsonNode)WriteFile(Path.Combine(staging, Release.DocumentRootName, file.Path), file));
        WriteManifest(Path.Combine(staging, Release.ManifestName), id, entries);
        Directory.Move(staging, directory);
        return id;
    }

    public void SwitchTo(string id)
    {
        var link = Path.Combine(Volume.Root, string.Create(CultureInfo.InvariantCulture, $".current-{_links++}"));
        File.CreateSymbolicLink(link, $"releases/{id}");
        Assert.Equal(0, rename(link, Volume.CurrentLink)); // File.Move refuses a link to a directory
    }

    public void Remove(string id) => Directory.Delete(Volume.DirectoryOf(id), recursive: true);

    public string PathOf(string id, string path) => Path.Combine(Volume.DirectoryOf(id), Release.DocumentRootName, path);

    public void EditManifest(string id, Func<string, string> edit)
    {
        var path = Path.Combine(Volume.DirectoryOf(id), Release.ManifestName);
        File.WriteAllText(path, edit(File.ReadAllText(path)));
    }

    public void Dispose() => Directory.Delete(Volume.Root, recursive: true);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rename(string from, string to);

    private static JsonObject WriteFile(string path, TestFile file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, file.Bytes);
        var encodings = new JsonArray();
        if (file.Encoded)
        {
            File.WriteAllBytes(path + ".br", file.Brotli);
            File.WriteAllBytes(path + ".gz", file.Gzip);
            encodings.Add((JsonNode)new JsonObject { ["name"] = "br", ["size"] = file.Brotli.Length });
            encodings.Add((JsonNode)new JsonObject { ["name"] = "gzip", ["size"] = file.Gzip.Length });
        }

        return new JsonObject
        {
            ["path"] = file.Path,
            ["size"] = file.Bytes.Length,
            ["sha256"] = file.Sha256,
            ["modified"] = file.Modified.ToString("O", CultureInfo.InvariantCulture),
            ["encodings"] = encodings,
        };
    }

    private static void WriteManifest(string path, string id, JsonArray files) => File.WriteAllText(path, new JsonObject
    {
        ["schema"] = 1,
        ["id"] = id,
        ["createdAt"] = "2026-01-02T03:04:06+00:00",
        ["source"] = new JsonObject { ["kind"] = "directory", ["uri"] = "file:///content", ["revision"] = null },
        ["files"] = files,
    }.ToJsonString());
}
