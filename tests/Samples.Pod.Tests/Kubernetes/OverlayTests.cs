using k8s;
using k8s.Models;

namespace Samples.Pod.Tests.Kubernetes;

/// <summary>That a team's own folder beside k8s/base needs to say no more than where its images and its namespace are.</summary>
public sealed class OverlayTests : IDisposable
{
    private const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("overlay-");

    [Theory]
    [MemberData(nameof(Cases.Containers), MemberType = typeof(Cases))]
    public async Task Images_ComeFromTheTeamsRegistry_WhenTheOverlaySetsThem(string name)
    {
        var overlay = await Render($"""
            images:
              - name: samples-{name}
                newName: images.example/team/{name}
                digest: {Digest}
            """);

        Assert.Equal($"images.example/team/{name}@{Digest}", overlay.Container(name).Image);
        Assert.All(
            overlay.Containers.Where(other => other.Name != name),
            other => Assert.StartsWith($"samples-{other.Name}:", other.Image, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Everything_MovesTogether_WhenTheOverlayNamesANamespace()
    {
        var overlay = await Render("namespace: bakery");

        Assert.Equal("bakery", overlay.Single<V1Namespace>().Metadata.Name);
        Assert.All(
            overlay.Objects.Where(o => o is not V1Namespace).Cast<IKubernetesObject<V1ObjectMeta>>(),
            o => Assert.Equal("bakery", o.Metadata.NamespaceProperty));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task<Manifest> Render(string settings)
    {
        var @base = Path.GetRelativePath(_folder.FullName, RepositoryRoot.Combine(Manifest.BaseFolder));
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "kustomization.yaml"), $"resources: ['{@base}']\n{settings}\n");

        return await Manifest.Render(_folder.FullName);
    }
}
