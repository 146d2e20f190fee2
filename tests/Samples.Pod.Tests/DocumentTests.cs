using System.Text.RegularExpressions;
using Samples.Pod.Tests.Kubernetes;
using YamlDotNet.RepresentationModel;

namespace Samples.Pod.Tests;

/// <summary>What stands in two places says the same in both.</summary>
public sealed partial class DocumentTests
{
    private static readonly YamlMappingNode _compose = LoadCompose();

    public static TheoryData<string> Documents => [.. Directory.EnumerateFiles(RepositoryRoot.Path, "*.md")
        .Concat(Directory.EnumerateFiles(RepositoryRoot.Combine("docs"), "*.md"))
        .Select(path => Path.GetRelativePath(RepositoryRoot.Path, path))];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Document_LinksToFilesAndHeadingsThatExist(string document)
    {
        var path = RepositoryRoot.Combine(document);

        var broken = Link().Matches(File.ReadAllText(path))
            .Select(match => match.Groups["target"].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal))
            .Where(target => !LeadsSomewhere(path, target.Split('#')));

        Assert.Empty(broken);
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Document_NamesSettingsThatExist(string document)
    {
        var settings = Contract.Settings.Values.SelectMany(names => names).Select(name => name.TrimEnd('…')).ToHashSet();

        var unknown = Setting().Matches(File.ReadAllText(RepositoryRoot.Combine(document)))
            .Select(match => match.Value)
            .Where(name => !IsKnown(Number().Replace(name, "__N__")));

        Assert.Empty(unknown);

        // What one source may set is what all of them may, but for its address and its target.
        bool IsKnown(string name) => settings.Contains(name) || (name.EndsWith("__", StringComparison.Ordinal) && settings.Any(setting => setting.StartsWith(name, StringComparison.Ordinal)))
            || (name.StartsWith("Sidecar__Sources__N__", StringComparison.Ordinal) && settings.Contains(name.Replace("Sources__N__", "", StringComparison.Ordinal)))
            || settings.Any(prefix => prefix.EndsWith("__", StringComparison.Ordinal) && !prefix.Contains("Sources", StringComparison.Ordinal) && name.StartsWith(prefix, StringComparison.Ordinal));
    }

    [Fact]
    public void Readme_IsShort()
    {
        Assert.InRange(File.ReadAllLines(RepositoryRoot.Combine("README.md")).Length, 1, 199);
    }

    [Fact]
    public void Readme_ShowsSettings_AsThePageOfAllSettingsHasThem()
    {
        var all = File.ReadAllLines(RepositoryRoot.Combine("docs/settings.md"));

        var shown = File.ReadLines(RepositoryRoot.Combine("README.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal) && line.Contains("__", StringComparison.Ordinal)).ToArray();

        Assert.NotEmpty(shown);
        Assert.Subset(all.ToHashSet(), shown.ToHashSet());
    }

    [Theory]
    [InlineData("init")]
    [InlineData("sidecar")]
    [InlineData("server")]
    public void Compose_BuildsAndSetsWhatTheProgramsHave(string service)
    {
        var node = (YamlMappingNode)_compose["services"][service];
        var image = ((YamlScalarNode)node["image"]).Value!;
        var environment = ((YamlMappingNode)node["environment"]).Children.Keys.Select(key => key.ToString());

        Assert.Contains($"AS {service}\n", File.ReadAllText(RepositoryRoot.Combine("Dockerfile")), StringComparison.Ordinal);
        Assert.Contains($"image: {image}\n", File.ReadAllText(RepositoryRoot.Combine("k8s/pod.yaml")), StringComparison.Ordinal);
        Assert.Contains(image, File.ReadAllText(RepositoryRoot.Combine("README.md")), StringComparison.Ordinal);
        Assert.All(environment, name => Assert.Contains(Contract.Settings[service], setting =>
            name == setting || (setting.EndsWith("__", StringComparison.Ordinal) && name.StartsWith(setting, StringComparison.Ordinal))));
    }

    [Fact]
    public void Compose_PublishesTheSiteOnLoopbackOnly()
    {
        var published = ((YamlMappingNode)_compose["services"]).Children.Values
            .OfType<YamlMappingNode>()
            .Where(service => service.Children.ContainsKey("ports"))
            .SelectMany(service => (YamlSequenceNode)service["ports"])
            .Select(port => port.ToString());

        Assert.Equal(["127.0.0.1:8080:8080"], published);
    }

    private static YamlMappingNode LoadCompose()
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(File.ReadAllText(RepositoryRoot.Combine("docker-compose.yml"))));
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }

    private static bool LeadsSomewhere(string document, string[] target)
    {
        var file = target[0].Length == 0 ? document : Path.Combine(Path.GetDirectoryName(document)!, target[0]);
        return Path.Exists(file) && (target.Length == 1 || HeadingsOf(file).Contains(target[1]));
    }

    /// <summary>As GitHub and Gitea make anchors of them.</summary>
    private static IEnumerable<string> HeadingsOf(string document) => File.ReadLines(document)
        .Where(line => line.StartsWith('#'))
        .Select(line => NoPartOfAnAnchor().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoPartOfAnAnchor();

    [GeneratedRegex(@"\b(Sidecar|Server|Init|SharedVolume)__(\w|-(?=\w))+")]
    private static partial Regex Setting();

    [GeneratedRegex(@"__\d+__")]
    private static partial Regex Number();
}
