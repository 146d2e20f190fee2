using CliWrap;
using CliWrap.Buffered;
using k8s;
using k8s.Models;

namespace Samples.Pod.Tests.Kubernetes;

/// <summary>
/// The objects of one manifest, loaded strictly: a field that Kubernetes doesn't know, or a key that is there twice, throws.
/// </summary>
internal sealed class Manifest
{
    public const string PodFile = "k8s/pod.yaml";
    public const string BaseFolder = "k8s/base";
    public const string MigratedFile = "docs/from-git-sync/after.yaml";

    private static readonly Lazy<Task<string>> _renderedBase = new(() => Kustomize(RepositoryRoot.Combine(BaseFolder)));

    private Manifest(IReadOnlyList<object> objects)
    {
        Objects = objects;
        (PodMetadata, Pod) = objects.OfType<V1Pod>().SingleOrDefault() is { } pod
            ? (pod.Metadata, pod.Spec)
            : (Single<V1Deployment>().Spec.Template.Metadata, Single<V1Deployment>().Spec.Template.Spec);
    }

    public IReadOnlyList<object> Objects { get; }

    /// <summary>Of the Pod itself, or of the Deployment's template.</summary>
    public V1ObjectMeta PodMetadata { get; }

    public V1PodSpec Pod { get; }

    public IEnumerable<V1Container> Containers => [.. Pod.InitContainers ?? [], .. Pod.Containers];

    /// <param name="name">A file, or <see cref="BaseFolder"/>, which kubectl renders.</param>
    public static async Task<Manifest> Load(string name)
    {
        if (name.EndsWith(".yaml", StringComparison.Ordinal))
            return Parse(await File.ReadAllTextAsync(RepositoryRoot.Combine(name)));

        Needs.Program("kubectl");
        return Parse(await _renderedBase.Value);
    }

    /// <param name="folder">Holds a kustomization.yaml, which kubectl renders.</param>
    public static async Task<Manifest> Render(string folder)
    {
        Needs.Program("kubectl");
        return Parse(await Kustomize(folder));
    }

    public static Manifest Parse(string yaml) => new(KubernetesYaml.LoadAllFromString(yaml, strict: true));

    public T Single<T>() => Objects.OfType<T>().Single();

    public V1Container Container(string name) => Containers.Single(container => container.Name == name);

    public string? Setting(string container, string name) => Container(container).Env.SingleOrDefault(e => e.Name == name)?.Value;

    private static async Task<string> Kustomize(string folder)
    {
        var result = await Cli.Wrap("kubectl").WithArguments(["kustomize", folder]).ExecuteBufferedAsync();
        return result.StandardOutput;
    }
}
