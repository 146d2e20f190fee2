using System.Security.Cryptography;

namespace Samples.SharedVolume;

/// <summary>The files of the release that a new one shares what did not change with, by hard links.</summary>
/// <param name="release">Null where there is none.</param>
/// <param name="isSound">Whether somebody holds it against its manifest: then its files are shared without another look.</param>
/// <param name="documentRoot">Of the new release.</param>
internal sealed class PreviousFiles(Release? release, bool isSound, string documentRoot) : IDisposable
{
    private readonly Dictionary<string, ReleaseFile> _files = release?.Manifest.Files.ToDictionary(f => f.Path, StringComparer.Ordinal) ?? [];
    private ILookup<string, ReleaseFile>? _byHash;

    /// <summary>The folder that was shared last, there and here: files come folder by folder.</summary>
    private string? _folder;
    private OpenFolder? _from;
    private OpenFolder? _to;

    public ReleaseFile? Find(string path) => _files.GetValueOrDefault(path);

    /// <summary>Links a file and its encoded forms into the new release, whose folder is there already.</summary>
    /// <param name="isFree">Whether the new release has nothing of its own by a name.</param>
    /// <returns>The file as the new release has it; null where it is not what was published, or the system refuses the link.</returns>
    public ReleaseFile? TryLink(ReleaseFile file, Func<string, bool> isFree)
    {
        var slash = file.Path.LastIndexOf('/');
        var name = file.Path[(slash + 1)..];
        if (!TryEnter(file.Path.AsSpan(0, Math.Max(slash, 0))))
            return null;
        // A file that somebody edited in place must not live on in the next release.
        if (!isSound && _from!.TryStat(name) != new FileStat(FileKind.File, file.Size, file.Modified.UtcDateTime))
            return null;
        if (!_from!.TryLink(name, _to!))
            return null;

        // A form that cannot be shared, or whose name the source itself has taken, is not of this release.
        var shared = 0;
        foreach (var encoding in file.Encodings)
            shared += isFree(file.Path + encoding.Extension) && _from.TryLink(name + encoding.Extension, _to!) ? 1 : 0;
        return shared == file.Encodings.Count ? file : file with
        {
            Encodings = [.. file.Encodings.Where(e => _to!.TryStat(name + e.Extension) is { Kind: FileKind.File } && isFree(file.Path + e.Extension))],
        };
    }

    /// <summary>Opens a file by its hash, wherever the release has it; null where it has none, or not as it was published.</summary>
    public FileStream? Open(string sha256)
    {
        _byHash ??= _files.Values.ToLookup(f => f.Sha256, StringComparer.Ordinal);
        if (_byHash[sha256].FirstOrDefault() is not { } previous)
            return null;

        FileStream? file = null;
        try
        {
            file = File.OpenRead(release!.PathOf(previous));
            if (Convert.ToHexStringLower(SHA256.HashData(file)) == sha256)
            {
                file.Position = 0;
                return file;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // As if it were not there: it can be had from the source.
        }

        file?.Dispose();
        return null;
    }

    public void Dispose()
    {
        _from?.Dispose();
        _to?.Dispose();
        (_folder, _from, _to) = (null, null, null);
    }

    /// <summary>False where the previous release has the folder no more.</summary>
    private bool TryEnter(ReadOnlySpan<char> folder)
    {
        if (_folder is not null && folder.SequenceEqual(_folder))
            return true;
        Dispose();
        var from = Path.Join(release!.DocumentRoot, folder);
        if (!Directory.Exists(from))
            return false;
        (_from, _to) = (new OpenFolder(from), new OpenFolder(Path.Join(documentRoot, folder)));
        _folder = folder.ToString();
        return true;
    }
}
