namespace Samples.SharedVolume;

/// <summary>The names that a release in the making has taken: no two may be one on a system that does not tell cases apart.</summary>
internal sealed class PathClaims
{
    /// <summary>Files, and folders with a slash at their end.</summary>
    private readonly Dictionary<string, string> _spellings = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The folder of the file that was claimed last: most files are in the folder of the one before.</summary>
    private string _folder = "";

    /// <summary>Takes a file's path, and the folders on the way to it.</summary>
    /// <param name="onTaken">Told of each name that was free until now, without a slash.</param>
    /// <exception cref="ContentRejectedException">The path is not allowed, or collides with another.</exception>
    public void Claim(string path, Action<string> onTaken)
    {
        if (ContentPath.FindProblem(path) is { } problem)
            throw new ContentRejectedException(RejectionReason.Path, $"Refused '{path}': the path {problem}.");
        if (!_spellings.TryAdd(path, path))
            throw ContentRejectedException.Collision($"Refused '{path}': '{_spellings[path]}' is there already, and the two differ in case at most.", _spellings[path]);

        var parent = path.LastIndexOf('/') + 1;
        if (!path.AsSpan(0, parent).SequenceEqual(_folder))
        {
            ClaimFolders(path, onTaken);
            _folder = path[..parent];
        }

        if (_spellings.ContainsKey(path + "/"))
            throw ContentRejectedException.Collision($"Refused '{path}': there is a folder of that name already.", path + "/");
        onTaken(path);
    }

    /// <summary>Gives a file's path back.</summary>
    public void Release(string path) => _spellings.Remove(path);

    /// <summary>Whether nothing has this name.</summary>
    public bool IsFree(string path) => !_spellings.ContainsKey(path) && !_spellings.ContainsKey(path + "/");

    private void ClaimFolders(string path, Action<string> onTaken)
    {
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            var (folder, name) = (path[..(slash + 1)], path[..slash]);
            if (_spellings.TryGetValue(name, out var spelling) || (_spellings.TryGetValue(folder, out spelling) && spelling != folder))
                throw ContentRejectedException.Collision($"Refused '{path}': its folder '{name}' collides with another entry.", spelling);
            if (!_spellings.TryAdd(folder, folder))
                return;
            onTaken(name);
        }
    }
}
