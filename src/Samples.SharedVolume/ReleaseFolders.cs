namespace Samples.SharedVolume;

/// <summary>Makes the folders of a release, as its files come.</summary>
internal sealed class ReleaseFolders(string documentRoot)
{
    /// <summary>The folder that was made last: files come folder by folder.</summary>
    private string _folder = "";

    /// <summary>Makes the folder of a file, with those above it, but none above the document root.</summary>
    public void MakeFor(string path)
    {
        var folder = path.AsSpan(0, Math.Max(path.LastIndexOf('/'), 0));
        if (folder.SequenceEqual(_folder))
            return;

        Make(Path.Join(documentRoot, folder));
        _folder = folder.ToString();
    }

    private void Make(string folder)
    {
        if (Directory.Exists(folder))
            return;
        if (folder != documentRoot)
            Make(Path.GetDirectoryName(folder)!);
        Posix.TryMakeDirectory(folder);
    }
}
