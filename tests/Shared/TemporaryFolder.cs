namespace Samples.Testing;

/// <summary>A real folder of a test's own, removed with all that is in it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private const string MemoryPath = "/dev/shm";

    public TemporaryFolder()
        : this(Directory.CreateTempSubdirectory("samples-"))
    {
    }

    private TemporaryFolder(DirectoryInfo folder) => Path = folder.FullName;

    public string Path { get; }

    public string this[string relative] => System.IO.Path.Combine(Path, relative);

    /// <summary>In memory where the machine has such a place: for tests of very many files.</summary>
    public static TemporaryFolder InMemory() =>
        Directory.Exists(MemoryPath) ? new(Directory.CreateDirectory(System.IO.Path.Combine(MemoryPath, $"samples-{Guid.NewGuid():N}"))) : new();

    /// <summary>Writes a text file, its folders made as needed, and returns its path.</summary>
    public string Write(string relative, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[relative])!);
        File.WriteAllText(this[relative], text);
        return this[relative];
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
