using System.Globalization;
using CliWrap;
using CliWrap.Buffered;

namespace Samples.Bench;

/// <summary>A folder in memory, where disks do not blur the figures; removed at the end.</summary>
public sealed class Volume : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("samples-bench-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>On tmpfs where the machine has one.</summary>
    public Volume()
    {
        if (!Directory.Exists("/dev/shm"))
            return;
        Directory.Delete(Path);
        Path = Directory.CreateDirectory($"/dev/shm/samples-bench-{Guid.NewGuid():N}").FullName;
    }

    /// <summary>Bytes that a folder takes, hard links counted once, as du(1) has it.</summary>
    public static async Task<long> SizeOfAsync(string folder)
    {
        var result = await Cli.Wrap("du").WithArguments(["--summarize", "--block-size=1", folder]).ExecuteBufferedAsync();
        return long.Parse(result.StandardOutput.Split('\t')[0], CultureInfo.InvariantCulture);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
