using System.Text;

namespace Samples.Sidecar.Sources.Git;

/// <summary>An entry of a tree.</summary>
/// <param name="Name">One name, not a path.</param>
/// <param name="Kind">What it is: the executable bit is left out.</param>
/// <param name="Id">Of the blob or tree; of a submodule, the commit.</param>
internal readonly record struct GitEntry(string Name, GitEntryKind Kind, GitId Id)
{
    private const int TypeMask = 0xF000;

    /// <summary>Reads the entry that begins at a place of a tree, <c>&lt;octal mode&gt; &lt;name&gt;\0&lt;20 bytes&gt;</c>, and moves on to the next.</summary>
    /// <exception cref="InvalidDataException">It is not a tree's content.</exception>
    public static GitEntry Read(ReadOnlySpan<byte> tree, ref int at)
    {
        tree = tree[at..];
        var (space, end) = (tree.IndexOf((byte)' '), tree.IndexOf((byte)0));
        if (space < 0 || end < space || tree.Length < end + 1 + GitId.Length)
            throw new InvalidDataException("a tree object is damaged");

        var mode = 0;
        foreach (var digit in tree[..space])
            mode = (mode * 8) + (digit - '0');
        var kind = (mode & TypeMask) is var type && Enum.IsDefined((GitEntryKind)type) ? (GitEntryKind)type : GitEntryKind.Unknown;
        at += end + 1 + GitId.Length;
        return new GitEntry(Encoding.UTF8.GetString(tree[(space + 1)..end]), kind, GitId.Read(tree[(end + 1)..]));
    }

    /// <summary>The order that Git keeps a tree in: a folder's name counts with a slash behind it.</summary>
    public int CompareTo(GitEntry other) => string.CompareOrdinal(
        Kind is GitEntryKind.Folder ? Name + '/' : Name, other.Kind is GitEntryKind.Folder ? other.Name + '/' : other.Name);
}
