using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace Samples.Sidecar.Tests.Rig;

/// <summary>Makes archives: decent ones as tar(1) does, and indecent ones header by header.</summary>
internal static class Tar
{
    public const int BlockSize = 512;

    public static byte[] Of(params (string Path, string Text)[] files)
    {
        using var buffer = new MemoryStream();
        using (var writer = new TarWriter(buffer, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var (path, text) in files)
                writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
        }

        return buffer.ToArray();
    }

    /// <summary>Blocks in a row, with the two empty ones that end an archive.</summary>
    public static byte[] OfBlocks(params byte[][] blocks) => [.. blocks.SelectMany(block => block), .. new byte[2 * BlockSize]];

    /// <summary>An entry as its writer wants it, however little sense it makes.</summary>
    /// <param name="name">Up to 100 bytes.</param>
    /// <param name="type">The type flag: <c>0</c> a file, <c>1</c> a hard link, <c>2</c> a symbolic link, …</param>
    /// <param name="data">What follows the header.</param>
    /// <param name="link">Where a link leads.</param>
    /// <param name="size">What the header says of the data; null for the truth.</param>
    public static byte[] Entry(string name, char type = '0', string data = "", string link = "", long? size = null)
    {
        var content = Encoding.UTF8.GetBytes(data);
        var header = new byte[BlockSize];
        Put(0, name);
        Put(100, "0000644\0");
        Put(108, "0000000\0");
        Put(116, "0000000\0");
        Put(124, Convert.ToString(size ?? content.Length, 8).PadLeft(11, '0') + "\0");
        Put(136, "00000000000\0");
        Put(148, "        ");
        Put(156, type.ToString());
        Put(157, link);
        Put(257, "ustar\000");
        Put(148, Convert.ToString(header.Sum(b => b), 8).PadLeft(6, '0') + "\0 ");
        return [.. header, .. content, .. new byte[(BlockSize - (content.Length % BlockSize)) % BlockSize]];

        void Put(int offset, string text) => Encoding.UTF8.GetBytes(text).CopyTo(header, offset);
    }

    /// <summary>A file under a PAX extended header (POSIX.1-2017, pax) with one record.</summary>
    public static byte[] PaxEntry(string key, string value, string data = "x")
    {
        var record = $" {key}={value}\n";
        var length = Encoding.UTF8.GetByteCount(record);
        length += (length + $"{length}".Length).ToString(System.Globalization.CultureInfo.InvariantCulture).Length;
        return [.. Entry("PaxHeader", 'x', length + record), .. Entry("file.html", '0', data)];
    }

    public static byte[] Gzip(params IEnumerable<byte[]> blocks)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest))
        {
            foreach (var block in blocks)
                gzip.Write(block);
        }

        return buffer.ToArray();
    }
}
