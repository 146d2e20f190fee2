using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Samples.Sidecar.Tests.Rig;

/// <summary>Makes zip archives, and spoils them in one place.</summary>
internal static class Zip
{
    private static readonly byte[] _centralSignature = "PK\x01\x02"u8.ToArray();

    public static byte[] Of(params (string Path, string Text)[] files) => Of(0, files);

    /// <param name="mode">Of every entry, as Unix has it: <c>0xA1FF</c> is a symbolic link.</param>
    /// <param name="files">Names and texts, as they are.</param>
    public static byte[] Of(int mode, params (string Path, string Text)[] files)
    {
        using var buffer = new MemoryStream();
        using (var archive = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, text) in files)
            {
                var entry = archive.CreateEntry(path);
                entry.ExternalAttributes = mode << 16;
                using var content = entry.Open();
                content.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        return buffer.ToArray();
    }

    /// <summary>Overwrites a number in the first entry of the central directory, which is what readers go by.</summary>
    /// <param name="archive">Is changed in place.</param>
    /// <param name="offset">APPNOTE §4.3.12: 8 flags, 10 method, 16 CRC-32, 20 compressed and 24 uncompressed size.</param>
    /// <param name="value">Little-endian, four bytes.</param>
    public static byte[] Lie(byte[] archive, int offset, uint value)
    {
        var entry = archive.AsSpan().IndexOf(_centralSignature);
        BinaryPrimitives.WriteUInt32LittleEndian(archive.AsSpan(entry + offset), value);
        return archive;
    }
}
