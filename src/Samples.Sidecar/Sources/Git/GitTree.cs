using System.Text;
using Samples.SharedVolume;

namespace Samples.Sidecar.Sources.Git;

/// <summary>A folder of a commit, and where in the commit it really is, links resolved.</summary>
/// <param name="Id">Of the tree.</param>
/// <param name="Path">Empty for the root, without a slash at its ends.</param>
internal readonly record struct GitFolder(GitId Id, string Path);

/// <summary>The files of one commit, and where its symbolic links lead.</summary>
internal sealed class GitTree(GitRepository repository, GitId root)
{
    /// <summary>As many as Linux follows in one path.</summary>
    private const int MaxLinks = 40;

    private const int MaxTarget = 4096;
    private const long MaxTreeBytes = 64 << 20;

    public GitRepository Repository { get; } = repository;

    public GitFolder Root { get; } = new(root, "");

    /// <summary>The entries of a folder, read one by one: of a folder with many, they are not held together.</summary>
    /// <exception cref="ContentRejectedException">The tree is damaged, or larger than any real one.</exception>
    public IEnumerable<GitEntry> List(GitFolder folder)
    {
        if (Repository.Measure(folder.Id) is not (GitObjectType.Tree, <= MaxTreeBytes))
            throw new ContentRejectedException(RejectionReason.Corrupt, $"Refused '{folder.Path}': it is no folder, or one of more than {MaxTreeBytes} bytes of names.");
        using var tree = Repository.Read(folder.Id);
        for (var at = 0; at < tree.Size;)
            yield return Read(tree, folder, ref at);
    }

    /// <summary>What a path leads to, links followed; null where it leads nowhere, into a submodule, round in circles or out of the repository.</summary>
    public (GitEntry Entry, string Path)? Find(string path)
    {
        var links = 0;
        return Walk("", path, ref links);
    }

    /// <summary>What a link leads to, itself followed; null as with <see cref="Find"/>.</summary>
    /// <param name="folder">That the link is in.</param>
    /// <param name="link">An entry of kind <see cref="GitEntryKind.Link"/>.</param>
    public (GitEntry Entry, string Path)? Follow(GitFolder folder, GitEntry link)
    {
        var links = 0;
        return Follow(folder.Path, link, ref links);
    }

    private static GitEntry Read(GitObject tree, GitFolder folder, ref int at)
    {
        try
        {
            return GitEntry.Read(tree.Content, ref at);
        }
        catch (InvalidDataException e)
        {
            throw new ContentRejectedException(RejectionReason.Corrupt, $"Refused '{folder.Path}': {e.Message}.", e);
        }
    }

    private (GitEntry Entry, string Path)? Follow(string folder, GitEntry link, ref int links)
    {
        if (++links > MaxLinks || Repository.Measure(link.Id) is not (GitObjectType.Blob, <= MaxTarget))
            return null;
        using var blob = Repository.Read(link.Id);
        var target = Encoding.UTF8.GetString(blob.Content);
        return target.StartsWith('/') ? null : Walk(folder, target, ref links);
    }

    private (GitEntry Entry, string Path)? Walk(string folder, string path, ref int links)
    {
        var at = (Entry: new GitEntry("", GitEntryKind.Folder, Root.Id), Path: "");
        foreach (var name in (string[])[.. folder.Split('/'), .. path.Split('/')])
        {
            if (name is "" or ".")
                continue;
            if (at.Entry.Kind != GitEntryKind.Folder)
                return null;
            if (name == "..")
            {
                // Links are resolved on the way, so that the parent is the real one, as a file system has it.
                if (at.Path.Length == 0 || Walk("", at.Path[..Math.Max(0, at.Path.LastIndexOf('/'))], ref links) is not { } parent)
                    return null;
                at = parent;
                continue;
            }

            var entry = List(new GitFolder(at.Entry.Id, at.Path)).FirstOrDefault(e => e.Name == name);
            if (entry.Kind is not (GitEntryKind.File or GitEntryKind.Folder or GitEntryKind.Link))
                return null;
            var next = entry.Kind is GitEntryKind.Link ? Follow(at.Path, entry, ref links) : (entry, Join(at.Path, name));
            if (next is null)
                return null;
            at = next.Value;
        }

        return at;
    }

    public static string Join(string folder, string name) => folder.Length == 0 ? name : $"{folder}/{name}";
}
