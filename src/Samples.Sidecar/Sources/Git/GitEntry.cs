using System.Text;

namespace Samples.Sidecar.Sources.Git;

/// <summary>An entry of a tree.</summary>
/// <param name="Name">One name, not a path.</param>
/// <param name="Kind">What it is: the executable bit is left out.</param>
/// <param name="Id">Of the blob or tree; of a submodule, the commit.</param>
internal readonly record struct GitEntry(string Name, GitEntryKind Kind, GitId Id)
{
    private const int TypeMask = 0xF000;

    /// <summary>Reads a tree: <c>&lt;octal mode&gt; &lt;name&gt;\0&lt;20 bytes&gt;</c>, one entry after the other.</summary>
    /// <exception cref="InvalidDataException">It is not a tree's content.</exception>
    public static List<GitEntry> ReadAll(ReadOnlySpan<byte> tree)
    {
        var entries = new List<GitEntry>();
        while (!tree.IsEmpty)
        {
            var (space, end) = (tree.IndexOf((byte)' '), tree.IndexOf((byte)0));
            if (space < 0 || end < space || tree.Length < end + 1 + GitId.Length)
                throw new InvalidDataException("a tree object is damaged");

            var mode = 0;
            foreach (var digit in tree[..space])
                mode = (mode * 8) + (digit - '0');
            var kind = (mode & TypeMask) is var type && Enum.IsDefined((GitEntryKind)type) ? (GitEntryKind)type : GitEntryKind.Unknown;
            entries.Add(new GitEntry(Encoding.UTF8.GetString(tree[(space + 1)..end]), kind, GitId.Read(tree[(end + 1)..])));
            tree = tree[(end + 1 + GitId.Length)..];
        }

        return entries;
    }
}
