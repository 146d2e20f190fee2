using System.Text;

namespace Samples.SharedVolume;

/// <summary>
/// The names that a release in the making has taken: no two may be one on a system that does not tell cases apart. It holds no name of its
/// own, but where among the files each is: a folder's is the beginning of the path of some file in it.
/// </summary>
/// <param name="files">Of the release, to be added to right before each <see cref="Confirm"/>.</param>
internal sealed class PathClaims(PackedFiles files)
{
    private const int MinSlots = 64;

    /// <summary>By hash, those that meet behind one another. An entry is a file's index and one; below zero, a folder's; zero for a free slot.</summary>
    private (int Hash, int Entry)[] _slots = new (int, int)[MinSlots];
    private int _taken;

    /// <summary>The first file that was in each, and how much of its path the folder is, in bytes and without a slash.</summary>
    private readonly ChunkedList<(int File, int Length)> _folders = new();

    /// <summary>What was claimed last, and is taken once it is confirmed: the path, and how long in characters its new folders are.</summary>
    private string _claimed = "";
    private readonly List<int> _newFolders = new(ContentPath.MaxDepth);

    /// <summary>The folder of the file that was confirmed last: most files are in the folder of the one before.</summary>
    private string _folder = "";

    public int FolderCount => _folders.Count;

    /// <summary>Claims a file's path, and the folders on the way to it.</summary>
    /// <param name="onTaken">Told of each name that was free until now, without a slash.</param>
    /// <exception cref="ContentRejectedException">The path is not allowed, or collides with another.</exception>
    public void Claim(string path, Action<string> onTaken)
    {
        if (ContentPath.FindProblem(path) is { } problem)
            throw new ContentRejectedException(RejectionReason.Path, $"Refused '{path}': the path {problem}.");
        var taken = Find(path);
        if (taken > 0)
            throw ContentRejectedException.Collision($"Refused '{path}': '{NameOf(taken)}' is there already, and the two differ in case at most.", NameOf(taken));

        _newFolders.Clear();
        if (!IsIn(path, _folder))
            ClaimFolders(path, onTaken);
        if (taken < 0)
            throw ContentRejectedException.Collision($"Refused '{path}': there is a folder of that name already.", path + "/");
        onTaken(path);
        _claimed = path;
    }

    /// <summary>Takes what was claimed last: it has become the last of the files.</summary>
    public void Confirm()
    {
        foreach (var length in _newFolders)
        {
            var folder = _claimed.AsSpan(0, length);
            _folders.Add((files.Count - 1, Encoding.UTF8.GetByteCount(folder)));
            Take(folder, -_folders.Count);
        }

        Take(_claimed, files.Count);
        if (!IsIn(_claimed, _folder))
            _folder = _claimed[..Math.Max(_claimed.LastIndexOf('/'), 0)];
    }

    /// <summary>Whether nothing has this name. Safe for use by several threads while nothing is claimed.</summary>
    public bool IsFree(string path) => Find(path) == 0;

    /// <summary>The index of a file by its path, in the very spelling; -1 where there is none.</summary>
    public int IndexOf(string path) => Find(path) is > 0 and var entry && NameOf(entry) == path ? entry - 1 : -1;

    /// <summary>A folder's path, in the order in which they were taken.</summary>
    public string FolderAt(int index) => NameOf(-index - 1);

    private static bool IsIn(string path, string folder) =>
        Math.Max(path.LastIndexOf('/'), 0) == folder.Length && path.StartsWith(folder, StringComparison.Ordinal);

    private void ClaimFolders(string path, Action<string> onTaken)
    {
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            var (name, taken) = (path[..slash], Find(path.AsSpan(0, slash)));
            if (taken != 0 && NameOf(taken) is var spelling && (taken > 0 || spelling != name))
                throw ContentRejectedException.Collision($"Refused '{path}': its folder '{name}' collides with another entry.", taken > 0 ? spelling : spelling + "/");
            if (taken != 0)
                return;
            onTaken(name);
            _newFolders.Add(slash);
        }
    }

    private string NameOf(int entry) => Encoding.UTF8.GetString(BytesOf(entry));

    private ReadOnlySpan<byte> BytesOf(int entry) =>
        entry > 0 ? files.PathOf(entry - 1) : files.PathOf(_folders[-entry - 1].File)[.._folders[-entry - 1].Length];

    /// <summary>What has this name, in whatever case; zero where nothing has.</summary>
    private int Find(ReadOnlySpan<char> name)
    {
        var hash = HashOf(name);
        for (var slot = hash & (_slots.Length - 1); _slots[slot].Entry != 0; slot = (slot + 1) & (_slots.Length - 1))
        {
            if (_slots[slot].Hash == hash && IsCalled(_slots[slot].Entry, name))
                return _slots[slot].Entry;
        }

        return 0;
    }

    private bool IsCalled(int entry, ReadOnlySpan<char> name)
    {
        Span<char> spelling = stackalloc char[ContentPath.MaxLength];
        return name.Equals(spelling[..Encoding.UTF8.GetChars(BytesOf(entry), spelling)], StringComparison.OrdinalIgnoreCase);
    }

    private void Take(ReadOnlySpan<char> name, int entry)
    {
        if (_taken >= _slots.Length / 8 * 7)
            Grow();
        Put(_slots, HashOf(name), entry);
        _taken++;
    }

    private void Grow()
    {
        var slots = new (int, int)[2 * _slots.Length];
        foreach (var (hash, entry) in _slots)
        {
            if (entry != 0)
                Put(slots, hash, entry);
        }

        _slots = slots;
    }

    private static void Put((int Hash, int Entry)[] slots, int hash, int entry)
    {
        var slot = hash & (slots.Length - 1);
        while (slots[slot].Entry != 0)
            slot = (slot + 1) & (slots.Length - 1);
        slots[slot] = (hash, entry);
    }

    /// <summary>Seeded by the runtime: nobody can choose names that meet in it.</summary>
    private static int HashOf(ReadOnlySpan<char> name) => string.GetHashCode(name, StringComparison.OrdinalIgnoreCase);
}
