using System.Security.Cryptography;

namespace Samples.SharedVolume;

/// <summary>The files of the release that a new one shares what did not change with, by hard links.</summary>
/// <param name="release">Null where there is none.</param>
/// <param name="isSound">Whether somebody holds it against its manifest: then its files are shared without another look.</param>
/// <param name="documentRoot">Of the new release.</param>
internal sealed class PreviousFiles(Release? release, bool isSound, string documentRoot) : IDisposable
{
    private readonly ReleaseFiles _files = release?.Manifest.Files ?? [];

    /// <summary>Where it was found that was asked for last: most are asked for one after the other.</summary>
    private int _found = -1;

    /// <summary>All files in the order of their hashes, once somebody has asked by hash.</summary>
    private int[]? _byHash;

    /// <summary>The folder that was shared last, there and here: files come folder by folder.</summary>
    private byte[]? _folder;
    private OpenFolder? _from;
    private OpenFolder? _to;

    /// <summary>The index of a file by its path in UTF-8; -1 where there is none.</summary>
    public int Find(ReadOnlySpan<byte> path)
    {
        var next = _found + 1;
        var index = next < _files.Count && _files.PathOf(next).SequenceEqual(path) ? next : _files.IndexOf(path);
        _found = index >= 0 ? index : _found;
        return index;
    }

    public ref readonly PackedFile this[int index] => ref _files.RowOf(index);

    /// <summary>Links a file and its encoded forms into the new release, whose folder is there already.</summary>
    /// <param name="claims">Of the new release: what the source has a name for is not taken from the previous one.</param>
    /// <param name="encodings">The encoded forms that the new release has with it.</param>
    /// <returns>False where it is not what was published, or the system refuses the link.</returns>
    public bool TryLink(int index, PathClaims claims, out IReadOnlyList<FileEncoding> encodings)
    {
        encodings = [];
        var path = _files.PathOf(index);
        var slash = path.LastIndexOf((byte)'/');
        var name = path[(slash + 1)..];
        if (!TryEnter(path[..Math.Max(slash, 0)]))
            return false;
        ref readonly var row = ref this[index];
        // A file that somebody edited in place must not live on in the next release.
        if (!isSound && _from!.TryStat(name) != new FileStat(FileKind.File, row.Size, new DateTime(row.ModifiedTicks, DateTimeKind.Utc)))
            return false;
        if (!_from!.TryLink(name, _to!))
            return false;
        if (row.EncodingCount > 0)
            encodings = LinkEncodings(index, claims);
        return true;
    }

    /// <summary>A form that cannot be shared, or whose name the source itself has taken, is not of this release.</summary>
    private IReadOnlyList<FileEncoding> LinkEncodings(int index, PathClaims claims)
    {
        var (path, encodings) = (_files[index].Path, _files.EncodingsOf(index));
        var name = path[(path.LastIndexOf('/') + 1)..];
        var shared = 0;
        foreach (var encoding in encodings)
            shared += claims.IsFree(path + encoding.Extension) && _from!.TryLink(name + encoding.Extension, _to!) ? 1 : 0;
        return shared == encodings.Count
            ? encodings
            : [.. encodings.Where(e => _to!.TryStat(name + e.Extension) is { Kind: FileKind.File } && claims.IsFree(path + e.Extension))];
    }

    /// <summary>Opens a file by its hash, wherever the release has it; null where it has none, or not as it was published.</summary>
    public FileStream? Open(string sha256)
    {
        if (release is null || !Sha256Bytes.TryParse(sha256, out var wanted) || Find(wanted) is not { } index)
            return null;

        FileStream? file = null;
        try
        {
            file = File.OpenRead(release.PathOf(_files[index]));
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

    /// <summary>The first file of a hash.</summary>
    private int? Find(in Sha256Bytes sha256)
    {
        if (_byHash is null)
        {
            _byHash = [.. Enumerable.Range(0, _files.Count)];
            _byHash.AsSpan().Sort((a, b) => Compare(a, this[b].Sha256) is not 0 and var order ? order : a - b);
        }

        var (low, high) = (0, _byHash.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = Compare(_byHash[middle], sha256) < 0 ? (middle + 1, high) : (low, middle);
        }

        return low < _byHash.Length && Compare(_byHash[low], sha256) == 0 ? _byHash[low] : null;

        int Compare(int index, ReadOnlySpan<byte> hash) => ((ReadOnlySpan<byte>)this[index].Sha256).SequenceCompareTo(hash);
    }

    /// <summary>False where the previous release has the folder no more.</summary>
    private bool TryEnter(ReadOnlySpan<byte> folder)
    {
        if (_folder is not null && folder.SequenceEqual(_folder))
            return true;
        Dispose();
        var name = System.Text.Encoding.UTF8.GetString(folder);
        var from = Path.Join(release!.DocumentRoot, name);
        if (!Directory.Exists(from))
            return false;
        (_from, _to) = (new OpenFolder(from), new OpenFolder(Path.Join(documentRoot, name)));
        _folder = folder.ToArray();
        return true;
    }
}
