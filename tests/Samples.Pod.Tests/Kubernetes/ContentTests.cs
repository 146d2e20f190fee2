using System.Text;
using k8s.Models;

namespace Samples.Pod.Tests.Kubernetes;

/// <summary>The ConfigMap that carries content/ into the pod.</summary>
public sealed class ContentTests
{
    /// <summary>What <c>kubectl apply</c> can keep of an object in its own annotation.</summary>
    private const int AnnotationBytes = 256 << 10;

    [Fact]
    public async Task ConfigMap_HoldsEveryFileOfContent_AsItIs()
    {
        var map = (await Manifest.Load(Manifest.BaseFolder)).Single<V1ConfigMap>();

        var files = Directory.EnumerateFiles(RepositoryRoot.Combine("content"))
            .Where(file => Path.GetFileName(file) != "kustomization.yaml")
            .ToDictionary(file => Path.GetFileName(file), File.ReadAllBytes);

        Assert.Equal(files.Keys.Order(StringComparer.Ordinal), Bytes(map).Keys.Order(StringComparer.Ordinal));
        Assert.All(files, file => Assert.Equal(file.Value, Bytes(map)[file.Key]));
    }

    [Fact]
    public void Content_IsFlat_SinceTheKeysOfAConfigMapHoldNoSlash()
    {
        Assert.Empty(Directory.EnumerateDirectories(RepositoryRoot.Combine("content")));
    }

    [Fact]
    public async Task ConfigMap_FitsIntoTheAnnotationOfApply()
    {
        var map = (await Manifest.Load(Manifest.BaseFolder)).Single<V1ConfigMap>();

        Assert.InRange(Bytes(map).Values.Sum(bytes => bytes.Length), 1, AnnotationBytes * 3 / 4);
    }

    [Fact]
    public async Task ConfigMap_KeepsItsName_SoThatAnEditReachesRunningPods()
    {
        var loaded = await Manifest.Load(Manifest.BaseFolder);
        var map = loaded.Single<V1ConfigMap>();

        var volume = loaded.Pod.Volumes.Single(volume => volume.ConfigMap is not null).ConfigMap;

        Assert.Equal("samples-content", map.Metadata.Name);
        Assert.Equal(map.Metadata.Name, volume.Name);
        Assert.NotEqual(true, map.Immutable);
    }

    [Fact]
    public async Task ContentVolume_StaysAsItWas_WhenTheConfigMapIsDeleted()
    {
        var volume = (await Manifest.Load(Manifest.BaseFolder)).Pod.Volumes.Single(volume => volume.ConfigMap is not null).ConfigMap;

        Assert.NotEqual(true, volume.Optional);
        Assert.Null(volume.Items);
    }

    private static Dictionary<string, byte[]> Bytes(V1ConfigMap map)
    {
        var text = map.Data.Select(entry => KeyValuePair.Create(entry.Key, Encoding.UTF8.GetBytes(entry.Value)));
        return new(text.Concat(map.BinaryData ?? new Dictionary<string, byte[]>()));
    }
}
