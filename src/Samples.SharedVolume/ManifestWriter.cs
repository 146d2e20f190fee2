using System.Text.Json;

namespace Samples.SharedVolume;

/// <summary>Writes <c>release.json</c> as a stream, straight from the packed list: what it says is held to the serializer's output by a test.</summary>
internal static class ManifestWriter
{
    private const int BlockSize = 32 << 10;

    private static readonly JsonEncodedText _path = JsonEncodedText.Encode("path"), _size = JsonEncodedText.Encode("size"), _sha256 = JsonEncodedText.Encode("sha256"),
        _modified = JsonEncodedText.Encode("modified"), _encodings = JsonEncodedText.Encode("encodings"), _name = JsonEncodedText.Encode("name");

    public static void Write(Stream stream, ReleaseManifest manifest)
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        json.WriteNumber("schema", manifest.Schema);
        json.WriteString("id", manifest.Id);
        json.WriteString("createdAt", manifest.CreatedAt);
        json.WritePropertyName("source");
        JsonSerializer.Serialize(json, manifest.Source, ManifestJson.Default.ReleaseSource);
        json.WriteStartArray("files");
        for (var i = 0; i < manifest.Files.Count; i++)
        {
            WriteFile(json, manifest.Files, i);
            if (json.BytesPending > BlockSize)
                json.Flush();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteFile(Utf8JsonWriter json, ReleaseFiles files, int index)
    {
        ref readonly var row = ref files.RowOf(index);
        Span<byte> hex = stackalloc byte[2 * Sha256Bytes.Length];
        Convert.TryToHexStringLower(row.Sha256, hex, out _);

        json.WriteStartObject();
        json.WriteString(_path, files.PathOf(index));
        json.WriteNumber(_size, row.Size);
        json.WriteString(_sha256, hex);
        json.WriteString(_modified, new DateTimeOffset(row.ModifiedTicks, TimeSpan.Zero));
        json.WriteStartArray(_encodings);
        foreach (var encoding in files.EncodingsOf(index))
        {
            json.WriteStartObject();
            json.WriteString(_name, encoding.Name);
            json.WriteNumber(_size, encoding.Size);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
