using System.Security.Cryptography;
using System.Text;
using LibGit2Sharp;

namespace Samples.Sidecar.Sources.Git;

/// <summary>
/// A repository's objects, kept on the volume from one sync to the next. Nothing in it is worth more than a fetch: what is
/// damaged is removed and fetched anew. The volume's lock makes this process its only user.
/// </summary>
/// <param name="root">Of all caches on the volume.</param>
/// <param name="repository">Its address.</param>
internal sealed class GitCache(string root, Uri repository) : IDisposable
{
    private readonly string _folder = Path.Combine(root, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(repository.AbsoluteUri)))[..16]);
    private const int MaxPacks = 24;
    private const long MinLoose = 16 << 20;

    private static readonly TimeSpan _unused = TimeSpan.FromDays(7);

    private GitRepository? _open;

    /// <summary>The repository, open; made where there is none, or none that is sound.</summary>
    /// <exception cref="IOException">The volume cannot take it.</exception>
    public GitRepository Open()
    {
        if (_open is not null && Directory.Exists(_folder))
            return _open;

        Close();
        if (Directory.Exists(_folder))
        {
            Directory.SetLastWriteTimeUtc(_folder, DateTime.UtcNow);
            RemoveLeftovers();
            try
            {
                return _open = new GitRepository(_folder);
            }
            catch (GitException)
            {
                Discard();
            }
        }

        Directory.CreateDirectory(root);
        try
        {
            Repository.Init(_folder, isBare: true);
            return _open = new GitRepository(_folder);
        }
        catch (Exception e) when (e is LibGit2SharpException or GitException)
        {
            throw new IOException($"The cache of {repository} cannot be made on the volume: {e.Message}", e);
        }
    }

    /// <summary>
    /// Every fetch leaves a pack. Once there are many, those beside the largest become one of what a commit still needs; once they outgrow
    /// it, most of what is there is of the past, and the next fetch begins anew.
    /// </summary>
    /// <param name="commit">All that is kept, without its history.</param>
    public void Tidy(GitId commit)
    {
        if (_open is null || GitPack.In(_folder) is not [var largest, .. var others] || others.Length == 0)
            return;
        if (others.Sum(pack => new FileInfo(pack).Length) > Math.Max(new FileInfo(largest).Length, MinLoose))
        {
            Discard();
            return;
        }

        if (others.Length < MaxPacks)
            return;
        try
        {
            Repack(commit, new GitPack(largest), others);
        }
        catch (Exception e) when (e is LibGit2SharpException or GitException or InvalidDataException or IOException)
        {
            Discard();
        }
    }

    /// <summary>Removes caches that nobody has opened for long: of repositories that were a source once.</summary>
    public static void RemoveUnused(string root)
    {
        if (!Directory.Exists(root))
            return;
        foreach (var cache in new DirectoryInfo(root).EnumerateDirectories().Where(cache => cache.LastWriteTimeUtc < DateTime.UtcNow - _unused))
            cache.Delete(recursive: true);
    }

    /// <summary>Lets go of the repository; the next <see cref="Open"/> looks at it afresh.</summary>
    public void Close()
    {
        _open?.Dispose();
        _open = null;
    }

    /// <summary>Removes everything; the next fetch brings it anew.</summary>
    public void Discard()
    {
        Close();
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    public void Dispose() => Close();

    private void Repack(GitId commit, GitPack kept, string[] packs)
    {
        var (wanted, seen) = (new HashSet<GitId>(), new HashSet<GitId>());
        Want(commit);
        Collect(GitCommit.Read(_open!, commit).Tree);
        // Before anything goes: no ref may lead, and no history reach, to what is about to be gone.
        File.WriteAllText(Path.Combine(_folder, "shallow"), $"{commit}\n");
        File.Delete(Path.Combine(_folder, "packed-refs"));
        Directory.Delete(Path.Combine(_folder, "refs", "sidecar"), recursive: true);
        Directory.CreateDirectory(Path.Combine(_folder, "refs", "sidecar"));
        File.WriteAllText(Path.Combine(_folder, GitOrigin.Fetched), $"{commit}\n");
        Close();

        var made = Pack(wanted);
        foreach (var pack in packs.Where(pack => !made.Contains(Path.GetFileName(pack))))
        {
            File.Delete(pack);
            File.Delete(Path.ChangeExtension(pack, ".idx"));
        }

        void Collect(GitId tree)
        {
            // Each once, or a tree that names itself over and over in its folders would take for ever.
            if (!seen.Add(tree))
                return;
            Want(tree);
            using var content = _open!.Read(tree);
            for (var at = 0; at < content.Size;)
            {
                var entry = GitEntry.Read(content.Content, ref at);
                if (entry.Kind is GitEntryKind.Folder)
                    Collect(entry.Id);
                else if (entry.Kind is GitEntryKind.File or GitEntryKind.Link)
                    Want(entry.Id);
            }
        }

        void Want(GitId id)
        {
            if (!kept.Has(id))
                wanted.Add(id);
        }
    }

    /// <summary>Writes objects into a pack of their own and returns its name.</summary>
    private string[] Pack(HashSet<GitId> objects)
    {
        if (objects.Count == 0)
            return [];

        var draft = Directory.CreateDirectory(Path.Combine(_folder, "repack")).FullName;
        using (var repository = new Repository(_folder))
        {
            repository.ObjectDatabase.Pack(new PackBuilderOptions(draft) { MaximumNumberOfThreads = 1 }, pack =>
            {
                foreach (var id in objects)
                    pack.Add(new ObjectId(id.ToString()));
            });
        }

        // The index last: a pack is none without it.
        string[] files = [.. Directory.GetFiles(draft).OrderByDescending(Path.GetExtension)];
        foreach (var file in files)
            File.Move(file, Path.Combine(_folder, "objects", "pack", Path.GetFileName(file)), overwrite: true);
        return [.. files.Select(Path.GetFileName).OfType<string>()];
    }

    /// <summary>A process that was killed leaves locks, which nobody else would ever remove, and packs half written.</summary>
    private void RemoveLeftovers()
    {
        var packs = Path.Combine(_folder, "objects", "pack");
        if (Directory.Exists(Path.Combine(_folder, "repack")))
            Directory.Delete(Path.Combine(_folder, "repack"), recursive: true);
        foreach (var file in Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories).ToArray())
        {
            var isLeftover = Path.GetDirectoryName(file) == packs
                ? !(File.Exists(Path.ChangeExtension(file, ".pack")) && File.Exists(Path.ChangeExtension(file, ".idx")))
                : file.EndsWith(".lock", StringComparison.Ordinal);
            if (isLeftover)
                File.Delete(file);
        }
    }
}
