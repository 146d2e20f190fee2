using Microsoft.AspNetCore.StaticFiles;

namespace Samples.Server;

/// <summary>
/// Media types by file extension: ASP.NET's table, plus and over it what the web uses today. Text carries its
/// charset, which is UTF-8; what is not in the table is <c>application/octet-stream</c>.
/// </summary>
internal static class MediaTypes
{
    private const string Unknown = "application/octet-stream";

    private static readonly FileExtensionContentTypeProvider _table = new()
    {
        Mappings =
        {
            [".atom"] = "application/atom+xml",
            [".avif"] = "image/avif",
            [".cjs"] = "text/javascript",
            [".geojson"] = "application/geo+json",
            [".ico"] = "image/x-icon",
            [".js"] = "text/javascript", // RFC 9239
            [".json5"] = "application/json5",
            [".jsonld"] = "application/ld+json",
            [".jxl"] = "image/jxl",
            [".m4a"] = "audio/mp4",
            [".map"] = "application/json",
            [".md"] = "text/markdown",
            [".mjs"] = "text/javascript",
            [".opus"] = "audio/ogg",
            [".otf"] = "font/otf",
            [".rss"] = "application/rss+xml",
            [".ttf"] = "font/ttf",
            [".wasm"] = "application/wasm",
            [".webmanifest"] = "application/manifest+json",
            [".webp"] = "image/webp",
            [".woff"] = "font/woff",
            [".woff2"] = "font/woff2",
            [".xml"] = "application/xml",
            [".yaml"] = "application/yaml", // RFC 9512
            [".yml"] = "application/yaml",
        },
    };

    /// <summary>A value for <c>Content-Type</c>, charset included.</summary>
    public static string Of(string path) => _table.TryGetContentType(path, out var type) ? WithCharset(type) : Unknown;

    /// <summary>Adds the charset that a type of text has here.</summary>
    public static string WithCharset(string type) => IsText(type) ? type + "; charset=utf-8" : type;

    private static bool IsText(string type) =>
        type.StartsWith("text/", StringComparison.Ordinal)
        || type.EndsWith("+json", StringComparison.Ordinal) || type.EndsWith("/json", StringComparison.Ordinal)
        || type.EndsWith("+xml", StringComparison.Ordinal) || type.EndsWith("/xml", StringComparison.Ordinal)
        || type.EndsWith("/javascript", StringComparison.Ordinal)
        || type is "application/yaml" or "application/json5";
}
