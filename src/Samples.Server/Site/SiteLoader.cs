using Microsoft.Extensions.Options;
using Samples.SharedVolume;

namespace Samples.Server;

/// <summary>Builds a <see cref="Site"/> from a release: reads its manifest once, refuses what is unsound, fills the memory budget.</summary>
internal sealed class SiteLoader(Volume volume, IOptions<ServerOptions> options, TimeProvider time)
{
    private const int MaxKeptHandles = 256;
    private const int Sha256Digits = 64;

    private readonly long _budget = options.Value.MemoryBudget.Bytes;
    private readonly SiteNames _names = new(options.Value);
    private readonly MediaTypeOverrides _mediaTypes = new(options.Value);
    private readonly bool _lists = options.Value.DirectoryListing;
    private readonly HeaderSet _defaultHeaders = DefaultHeaders.Of(options.Value);

    /// <summary>All of a release. Bodies that <paramref name="previous"/> has in memory are shared with it, so a switch reads only what changed.</summary>
    /// <exception cref="IOException">The release is not there or cannot be read.</exception>
    /// <exception cref="InvalidDataException">The manifest is not one, or does not describe what is on the volume.</exception>
    public Site Load(string id, Site? previous)
    {
        var release = Release.Open(volume.DirectoryOf(id));
        var files = release.Manifest.Files.Where(f => SitePath.IsServed(f.Path)).ToList();
        RequireSound(release);

        var plan = new MemoryPlan(files.SelectMany(f => f.Encodings.Select(e => e.Size).Append(f.Size)), _budget);
        return Build(release, files, plan, BodiesOf(previous));
    }

    /// <summary>What stays reachable of a release that has been replaced: its fingerprinted files, none of them in memory.</summary>
    /// <inheritdoc cref="Load" path="/exception"/>
    public Site LoadFingerprinted(string id)
    {
        var release = Release.Open(volume.DirectoryOf(id));
        var files = release.Manifest.Files.Where(f => SitePath.IsServed(f.Path) && Fingerprint.IsIn(f.Path)).ToList();
        RequireSound(release);
        return Build(release, files, new MemoryPlan([], 0), []);
    }

    private Site Build(Release release, List<ReleaseFile> files, MemoryPlan plan, Dictionary<(string, string?), byte[]> known)
    {
        var allowance = new HandleAllowance(MaxKeptHandles);
        var assets = files.ConvertAll(file => new Asset(
            "/" + file.Path,
            file.Sha256,
            LastModified(file, release.Manifest),
            Represent(null, release.PathOf(file), file.Size, file),
            [.. file.Encodings.OrderBy(e => e.Size).Select(e => Represent(e.Name, release.PathOf(file, e), e.Size, file))],
            _mediaTypes.Of(file.Path)));
        var problems = new List<RuleProblem>();
        var names = _names.Of(assets);
        new HeaderTable(HeaderParser.Parse(RuleFile.Read(release, RuleFile.Headers, problems), problems)).Apply(names);
        return new Site(release.Id, assets, names, allowance)
        {
            DefaultHeaders = _defaultHeaders,
            Redirects = new RedirectChecks(names, problems).Apply(RedirectParser.Parse(RuleFile.Read(release, RuleFile.Redirects, problems), problems)),
            Problems = problems,
            Listing = _lists ? new FolderListing(assets) : null,
        };

        Representation Represent(string? coding, string path, long length, ReleaseFile file)
        {
            if (!plan.Holds(length))
                return new Representation(coding, file.Sha256, length, null, new FileBody(path, allowance));
            if (!known.TryGetValue((file.Sha256, coding), out var bytes) || bytes.Length != length)
                known[(file.Sha256, coding)] = bytes = File.ReadAllBytes(path);
            return new Representation(coding, file.Sha256, length, bytes, null);
        }
    }

    private static void RequireSound(Release release)
    {
        SitePath.RequireDirectory(release.DocumentRoot);
        var directories = new HashSet<string>();
        foreach (var file in release.Manifest.Files)
        {
            if (!SitePath.IsSound(file.Path))
                throw new InvalidDataException($"Release {release.Id} lists '{file.Path}', which is no path below {Release.DocumentRootName}/.");
            if (file.Sha256.Length != Sha256Digits || !file.Sha256.All(char.IsAsciiHexDigitLower))
                throw new InvalidDataException($"Release {release.Id} has '{file.Sha256}' for the SHA-256 of '{file.Path}'.");

            for (var slash = file.Path.LastIndexOf('/'); slash > 0 && directories.Add(file.Path[..slash]); slash = file.Path.LastIndexOf('/', slash - 1))
                SitePath.RequireDirectory(Path.Combine(release.DocumentRoot, file.Path[..slash]));
            SitePath.RequireFile(release.PathOf(file), file.Size);
            foreach (var encoding in file.Encodings)
                SitePath.RequireFile(release.PathOf(file, encoding), encoding.Size);
        }
    }

    private static Dictionary<(string, string?), byte[]> BodiesOf(Site? site)
    {
        var bodies = new Dictionary<(string, string?), byte[]>();
        foreach (var asset in site?.Assets ?? [])
        {
            foreach (var representation in asset.Representations)
            {
                if (representation.Bytes is { } bytes)
                    bodies[(asset.Sha256, representation.Coding)] = bytes;
            }
        }

        return bodies;
    }

    /// <summary>A date in the future must not be sent (RFC 9110 §8.8.2.1): then the release's own, which all replicas agree on.</summary>
    private DateTimeOffset LastModified(ReleaseFile file, ReleaseManifest manifest)
    {
        var now = time.GetUtcNow();
        return file.Modified <= now ? file.Modified
            : manifest.CreatedAt <= now ? manifest.CreatedAt
            : now;
    }
}
