using System.Globalization;
using System.Text;
using CliWrap;
using CliWrap.Buffered;
using Microsoft.Extensions.Time.Testing;

namespace Samples.SharedVolume.Tests;

/// <summary>A volume in a real folder, and a clock that stands still.</summary>
internal sealed class TestVolume(string? root = null) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>Of every file that is published through here, to the finest step that .NET knows.</summary>
    public static DateTimeOffset Modified { get; } = DateTimeOffset.Parse("2026-05-01T08:00:00.1234567Z", CultureInfo.InvariantCulture);

    public static ReleaseSource Source { get; } = new("test", "test:source", "revision-1");

    public Volume Volume => field ??= new Volume(root ?? _folder.Path);

    public FakeTimeProvider Clock { get; } = new(DateTimeOffset.Parse("2026-05-04T10:30:00Z", CultureInfo.InvariantCulture));

    public string this[string relative] => Path.Combine(Volume.Root, relative);

    public VolumeWriter Open() => VolumeWriter.TryOpen(Volume, Clock) ?? throw new InvalidOperationException("The volume is locked.");

    /// <summary>Opens the volume, publishes and lets go of it, as one sync does.</summary>
    public Publication Publish(params (string Path, string Text)[] files)
    {
        using var writer = Open();
        return writer.Publish(files);
    }

    /// <summary>
    /// One line for each entry, with all that a change would show in: inode, mode, size, modification time, links, target, and the
    /// change time, but that of a file: staging links to it for a moment. Without <c>.staging</c>, which is the writer's own.
    /// </summary>
    public async Task<string[]> LookAsync()
    {
        var found = await Cli.Wrap("find")
            .WithArguments([Volume.Root, "-path", Volume.StagingDirectory, "-prune", "-o", "-printf", "%P %i %m %s %T@ %n %l", "-type", "f", "-printf", "\n", "-o", "-printf", " %C@\n"])
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken);
        return [.. found.StandardOutput.Split('\n').Order(StringComparer.Ordinal)];
    }

    public void Dispose() => _folder.Dispose();
}

internal static class Publishing
{
    public static Publication Publish(this VolumeWriter writer, params (string Path, string Text)[] files)
    {
        using var staged = writer.Stage(ContentLimits.Default);
        foreach (var (path, text) in files)
            staged.Add(path, text);
        return writer.Publish(staged, TestVolume.Source, TestContext.Current.CancellationToken);
    }

    public static void Add(this StagedRelease staged, string path, string text, DateTimeOffset? modified = null) =>
        staged.Add(path, Encoding.UTF8.GetBytes(text), modified);

    public static void Add(this StagedRelease staged, string path, byte[] bytes, DateTimeOffset? modified = null)
    {
        using var content = new MemoryStream(bytes);
        staged.Add(path, content, modified ?? TestVolume.Modified, bytes.Length, TestContext.Current.CancellationToken);
    }
}
