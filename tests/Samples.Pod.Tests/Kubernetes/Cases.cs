namespace Samples.Pod.Tests.Kubernetes;

/// <summary>Plain names, so that the name of a failed test says which manifest, which container and which probe.</summary>
public static class Cases
{
    private static readonly string[] _names = [Manifest.PodFile, Manifest.BaseFolder, Manifest.MigratedFile];

    public static TheoryData<string> Manifests => new(_names);

    /// <summary>Those whose content is in the cluster itself.</summary>
    public static TheoryData<string> ManifestsWithContent => new(Manifest.PodFile, Manifest.BaseFolder);

    public static TheoryData<string> Containers => new(Contract.Init, Contract.Sidecar, Contract.Server);

    public static MatrixTheoryData<string, string> ContainersOfManifests =>
        new(_names, [Contract.Init, Contract.Sidecar, Contract.Server]);

    public static MatrixTheoryData<string, string> ProbedContainersOfManifests => new(_names, [Contract.Sidecar, Contract.Server]);

    public static MatrixTheoryData<string, string, string> ProbesOfManifests =>
        new(_names, [Contract.Sidecar, Contract.Server], ["startup", "liveness", "readiness"]);
}
