using Samples.SharedVolume;

namespace Samples.Sidecar.Sources;

/// <summary>
/// All sources of a release as one: published together, or not at all. What did not change is taken over from the release before; where that is not
/// known, after a restart, it is fetched once more.
/// </summary>
public sealed class SourceSet(IReadOnlyList<(SourceOptions Options, IContentSource Source)> parts)
{
    private const string Separator = " + ";

    private readonly Part[] _parts = [.. parts.Select(part => new Part(part.Options, part.Source))];

    /// <summary>The one source's kind, or <c>several</c>.</summary>
    public string Kind => _parts is [var only] ? only.Source.Kind : "several";

    /// <summary>The sources' addresses, without credentials, with what is made of them behind a <c>#</c>.</summary>
    public string Uri { get; } = string.Join(' ', parts.Select(part => part.Source.Uri + FragmentOf(part.Options)));

    /// <inheritdoc cref="IContentSource.CheckAsync"/>
    /// <param name="knownRevision">Of the whole set.</param>
    public async Task<SetRevision?> CheckAsync(string? knownRevision, CancellationToken cancellation)
    {
        var known = Split(knownRevision);
        var changed = new IContentRevision?[_parts.Length];
        try
        {
            for (var i = 0; i < _parts.Length; i++)
                changed[i] = await _parts[i].Source.CheckAsync(known?[i], cancellation);
            return changed.All(revision => revision is null) ? null : new SetRevision(this, known, changed);
        }
        catch
        {
            foreach (var revision in changed)
                revision?.Dispose();
            throw;
        }
    }

    /// <summary>The parts of a set's revision; null where it is none of as many sources.</summary>
    private string[]? Split(string? revision) => revision switch
    {
        null => null,
        _ when _parts.Length == 1 => [revision],
        _ => revision.Split(Separator) is var split && split.Length == _parts.Length ? split : null,
    };

    private static string FragmentOf(SourceOptions options)
    {
        (string Name, string Value)[] made = [("target", options.Prefix), ("include", options.Include), ("exclude", options.Exclude), ("signed", options.PublicKeyPath.Length > 0 ? "true" : "")];
        var text = string.Join('&', made.Where(m => m.Value.Length > 0).Select(m => $"{m.Name}={m.Value.Replace(" ", "%20", StringComparison.Ordinal)}"));
        return text.Length > 0 ? "#" + text : "";
    }

    private sealed class Part(SourceOptions options, IContentSource source)
    {
        public IContentSource Source => source;

        public string Prefix { get; } = options.Prefix;

        public ContentFilter Filter { get; } = new(options.Include, options.Exclude);

        /// <summary>What it brought last.</summary>
        public ReleaseFiles? Files { get; set; }
    }

    /// <summary>A state of all sources, at least one of them new.</summary>
    public sealed class SetRevision(SourceSet set, string[]? known, IContentRevision?[] changed) : IDisposable
    {
        private readonly string?[] _revisions = [.. changed.Select((revision, i) => revision is null ? known?[i] : revision.Revision)];

        /// <summary>Null where only fetching tells.</summary>
        public string? Revision => _revisions.Any(revision => revision is null) ? null : string.Join(Separator, _revisions);

        /// <inheritdoc cref="IContentRevision.StageAsync"/>
        public async Task<bool> StageAsync(StagedRelease staged, CancellationToken cancellation)
        {
            ArgumentNullException.ThrowIfNull(staged);
            var previous = staged.Previous?.Manifest.Source is { } made && made.Kind == set.Kind && made.Uri == set.Uri ? set.Split(made.Revision) : null;
            var brought = new List<ReleaseFiles>();
            var isNew = false;
            for (var i = 0; i < changed.Length; i++)
            {
                var part = set._parts[i];
                var sink = new ContentSink(staged, part.Prefix, part.Filter, previous?[i]);
                try
                {
                    isNew |= await StageAsync(i, sink, cancellation);
                }
                catch (ContentRejectedException e) when (e.Other is { } other && i > 0)
                {
                    brought.Add(sink.ListFiles());
                    var owner = brought.FindIndex(files => files.Any(file => file.Path == other || file.Path.StartsWith(other, StringComparison.Ordinal)));
                    throw new ContentRejectedException(e.Reason, $"{e.Message} It comes from {part.Source.Uri}; the other from {set._parts[owner].Source.Uri}.", e);
                }

                if (changed.Length > 1)
                    brought.Add(sink.ListFiles());
            }

            for (var i = 0; isNew && i < brought.Count; i++)
                set._parts[i].Files = brought[i];
            return isNew;
        }

        public void Dispose()
        {
            foreach (var revision in changed)
                revision?.Dispose();
        }

        private async Task<bool> StageAsync(int i, ContentSink sink, CancellationToken cancellation)
        {
            var part = set._parts[i];
            if (changed[i] is { } revision)
            {
                var isNew = false;
                try
                {
                    isNew = await revision.StageAsync(sink, cancellation);
                }
                finally
                {
                    // Fetching may have told more; what is rejected is known by that, too.
                    _revisions[i] = revision.Revision;
                }

                if (!isNew)
                    _revisions[i] = known?[i];
                if (isNew || changed.Length == 1)
                    return isNew;
            }

            await TakeOverAsync(part, i, sink, cancellation);
            return false;
        }

        /// <summary>What a source brought before, from the release before or from the source once more.</summary>
        private async Task TakeOverAsync(Part part, int i, ContentSink sink, CancellationToken cancellation)
        {
            var files = part.Files;
            part.Files = null;
            if (files is not null && sink.TryReuseAll(files))
                return;
            if (sink.HasFiles)
                throw new SourceUnavailableException($"The release before has lost files of {part.Source.Uri}; the next sync fetches them.");

            using var whole = await part.Source.CheckAsync(null, cancellation);
            if (whole is null || !await whole.StageAsync(sink, cancellation))
                throw new SourceUnavailableException($"{part.Source.Uri} changes while it is read.");
            _revisions[i] = whole.Revision;
        }
    }
}
