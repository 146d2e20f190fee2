using System.Text;

namespace Samples.SharedVolume;

/// <summary>A small file that holds one line, and is never seen half written.</summary>
internal static class DurableFile
{
    /// <summary>Writes the line to a draft, and the draft over the file; the name is durable once the caller has synced its folder.</summary>
    public static void Replace(string path, string line, string draft)
    {
        using (var file = File.OpenHandle(draft, FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(file, Encoding.UTF8.GetBytes(line + "\n"), fileOffset: 0);
            RandomAccess.FlushToDisk(file);
        }

        Posix.Rename(draft, path);
    }
}
