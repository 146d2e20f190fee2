namespace Samples.Sidecar.Sources.Git;

/// <summary>Says once, and not for every file at every sync, that Git LFS pointers are published as they are.</summary>
internal sealed partial class GitPointers(ILogger logger)
{
    private bool _told;

    public void Found(string path)
    {
        if (!_told)
            LogFound(logger, path);
        _told = true;
    }

    [LoggerMessage(LogLevel.Warning, "Published {Path}, and any others like it, as the Git LFS pointer that the repository holds: what it points to is not fetched")]
    private static partial void LogFound(ILogger logger, string path);
}
