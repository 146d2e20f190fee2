using System.Collections;
using System.Text;

namespace Samples.SharedVolume;

/// <summary>
/// What a scan of a <see cref="ContentFolder"/> has found, in ordinal order of path once all is there. Held in a few dozen bytes a file.
/// </summary>
/// <param name="like">What an earlier scan of the same folder has found, once all is there: what is the same in both is held once.</param>
public sealed class ContentFiles(ContentFiles? like = null) : IReadOnlyList<ContentFile>
{
    private readonly ChunkedList<Row> _rows = new(like?._rows);
    private readonly PackedText _paths = new(like?._paths);

    /// <summary>Folders, which many files in a row share, and names that links lead to.</summary>
    private readonly List<string> _names = [];
    private string? _folder;
    private int _folderName;

    private int[]? _order;

    public int Count => _rows.Count;

    public ContentFile this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            ref readonly var row = ref _rows[(_order ??= Sort())[index]];
            return new ContentFile(Encoding.UTF8.GetString(PathOf(row)), _names[row.Folder], row.LinkedName < 0 ? null : _names[row.LinkedName],
                row.Size, new DateTimeOffset(row.ModifiedTicks, TimeSpan.Zero));
        }
    }

    public IEnumerator<ContentFile> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Takes what <see cref="ContentFolder.Visit"/> comes by.</summary>
    /// <exception cref="ContentRejectedException">The path is longer than any path may be.</exception>
    public void Add(in ContentFile file)
    {
        var path = Encoding.UTF8.GetBytes(file.Path);
        if (path.Length > PackedText.MaxLength)
            throw new ContentRejectedException(RejectionReason.Path, $"Refused '{file.Path}': the path is longer than {ContentPath.MaxLength} bytes.");
        if (!ReferenceEquals(file.Folder, _folder))
            (_folder, _folderName) = (file.Folder, NameOf(file.Folder));
        _rows.Add(new Row(_paths.Add(path), path.Length, _folderName, file.LinkedName is null ? -1 : NameOf(file.LinkedName), file.Size, file.Modified.UtcTicks));
        _order = null;
    }

    /// <summary>Says that all is there; the earlier scan's is not held any longer.</summary>
    public void Complete()
    {
        _rows.LetGo();
        _paths.LetGo();
    }

    private int NameOf(string name)
    {
        _names.Add(name);
        return _names.Count - 1;
    }

    private ReadOnlySpan<byte> PathOf(in Row row) => _paths.Get(row.PathStart, row.PathLength);

    private int[] Sort()
    {
        int[] order = [.. Enumerable.Range(0, Count)];
        order.AsSpan().Sort((a, b) => PathOrder.Compare(PathOf(_rows[a]), PathOf(_rows[b])));
        return order;
    }

    private readonly record struct Row(int PathStart, int PathLength, int Folder, int LinkedName, long Size, long ModifiedTicks);
}
