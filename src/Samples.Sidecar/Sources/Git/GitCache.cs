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

    /// <summary>A process that was killed leaves locks, which nobody else would ever remove, and packs half written.</summary>
    private void RemoveLeftovers()
    {
        var packs = Path.Combine(_folder, "objects", "pack");
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
