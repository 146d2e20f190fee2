using k8s.Models;

namespace Samples.Pod.Tests.Kubernetes;

/// <summary>Rules for a pod as a whole, whether it stands alone or in the Deployment's template.</summary>
public sealed class PodTests
{
    [Theory]
    [MemberData(nameof(Cases.Manifests), MemberType = typeof(Cases))]
    public async Task Pod_StartsInit_ThenTheSidecar_ThenTheServer(string manifest)
    {
        var pod = (await Manifest.Load(manifest)).Pod;

        Assert.Equal([Contract.Init, Contract.Sidecar, Contract.Server], pod.InitContainers.Concat(pod.Containers).Select(c => c.Name));
        Assert.Single(pod.Containers);
        Assert.Equal([null, "Always", null], pod.InitContainers.Concat(pod.Containers).Select(c => (string?)c.RestartPolicy));
    }

    [Theory]
    [MemberData(nameof(Cases.Manifests), MemberType = typeof(Cases))]
    public async Task Pod_RunsAsOneUnprivilegedUser_ThatOwnsTheVolume(string manifest)
    {
        var context = (await Manifest.Load(manifest)).Pod.SecurityContext;

        Assert.True(context.RunAsNonRoot);
        Assert.Equal("RuntimeDefault", context.SeccompProfile.Type);
        Assert.Equal((10001, 10001, 10001), (context.RunAsUser, context.RunAsGroup, context.FsGroup));
    }

    [Theory]
    [MemberData(nameof(Cases.Manifests), MemberType = typeof(Cases))]
    public async Task Pod_KeepsAwayFromTheClusterAndTheNode(string manifest)
    {
        var pod = (await Manifest.Load(manifest)).Pod;

        Assert.False(pod.AutomountServiceAccountToken);
        Assert.False(pod.EnableServiceLinks);
        Assert.All([pod.HostNetwork, pod.HostPID, pod.HostIPC, pod.ShareProcessNamespace], shared => Assert.NotEqual(true, shared));
        Assert.All(pod.Volumes, volume => Assert.Null(volume.HostPath));
    }

    [Theory]
    [MemberData(nameof(Cases.Manifests), MemberType = typeof(Cases))]
    public async Task Pod_HasTimeToSleepDrainAndStop_WithinItsGracePeriod(string manifest)
    {
        var loaded = await Manifest.Load(manifest);

        var sleep = TimeSpan.FromSeconds(loaded.Container(Contract.Server).Lifecycle.PreStop.Sleep.Seconds);

        Assert.InRange(sleep, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30));
        Assert.True(
            sleep + Contract.ServerDrain + Contract.SidecarStop < TimeSpan.FromSeconds(loaded.Pod.TerminationGracePeriodSeconds!.Value),
            $"{sleep} of sleep, {Contract.ServerDrain} of draining and {Contract.SidecarStop} for the sidecar don't end within "
            + $"terminationGracePeriodSeconds: {loaded.Pod.TerminationGracePeriodSeconds}.");
    }

    [Theory]
    [MemberData(nameof(Cases.Manifests), MemberType = typeof(Cases))]
    public async Task Sidecar_RefusesASite_BeforeTheKubeletWouldEvictThePodForIt(string manifest)
    {
        var loaded = await Manifest.Load(manifest);
        var maxBytes = Contract.Bytes(loaded.Setting(Contract.Sidecar, "Sidecar__Limits__MaxBytes")!);
        var maxRetained = Contract.Bytes(loaded.Setting(Contract.Sidecar, "Sidecar__MaxRetainedBytes")!);

        var currentAndNext = 2 * Contract.EncodingsFactor * maxBytes;

        Assert.InRange(currentAndNext + maxRetained, 1, SizeLimit(loaded));
    }

    [Theory]
    [MemberData(nameof(Cases.Manifests), MemberType = typeof(Cases))]
    public async Task Sidecar_HasStorageForTheVolumeAndItsLog_SinceThePodsLimitCountsBoth(string manifest)
    {
        var loaded = await Manifest.Load(manifest);

        Assert.InRange(SizeLimit(loaded) + Contract.LogBytes, 1, Limit(loaded, Contract.Sidecar, "ephemeral-storage"));
        Assert.InRange(Contract.LogBytes, 1, Limit(loaded, Contract.Server, "ephemeral-storage"));
        Assert.InRange(Contract.LogBytes, 1, Limit(loaded, Contract.Init, "ephemeral-storage"));
    }

    [Theory]
    [MemberData(nameof(Cases.Manifests), MemberType = typeof(Cases))]
    public async Task Server_HasMemoryForTwoReleases_WhileItSwitches(string manifest)
    {
        var loaded = await Manifest.Load(manifest);
        var budget = Contract.Bytes(loaded.Setting(Contract.Server, "Server__MemoryBudget")!);

        var half = Limit(loaded, Contract.Server, "memory") / 2;

        Assert.InRange(2 * budget, 1, half);
    }

    [Theory]
    [MemberData(nameof(Cases.Manifests), MemberType = typeof(Cases))]
    public async Task Server_IsNeverAVictimOfOvercommittedMemory(string manifest)
    {
        var resources = (await Manifest.Load(manifest)).Container(Contract.Server).Resources;

        Assert.Equal(resources.Limits["memory"].ToInt64(), resources.Requests["memory"].ToInt64());
    }

    [Theory]
    [MemberData(nameof(Cases.ManifestsWithContent), MemberType = typeof(Cases))]
    public async Task Sidecar_ReadsItsSource_FromAVolumeThatItCantWrite(string manifest)
    {
        var loaded = await Manifest.Load(manifest);
        var source = loaded.Setting(Contract.Sidecar, "Sidecar__Source");

        var mount = Assert.Single(loaded.Container(Contract.Sidecar).VolumeMounts, mount => mount.MountPath == source);
        var volume = loaded.Pod.Volumes.Single(volume => volume.Name == mount.Name);

        Assert.True(mount.ReadOnlyProperty);
        Assert.True(volume.DownwardAPI is not null || volume.ConfigMap is not null);
        Assert.True(Contract.Time(loaded.Setting(Contract.Sidecar, "Sidecar__Interval")!) > TimeSpan.Zero);
    }

    [Theory]
    [MemberData(nameof(Cases.Manifests), MemberType = typeof(Cases))]
    public async Task Init_LearnsThePodsName(string manifest)
    {
        var variable = (await Manifest.Load(manifest)).Container(Contract.Init).Env.Single(variable => variable.Name == "POD_NAME");

        Assert.Equal("metadata.name", variable.ValueFrom.FieldRef.FieldPath);
    }

    [Theory]
    [MemberData(nameof(Cases.Manifests), MemberType = typeof(Cases))]
    public async Task Pod_IsLabelled_AndMeansTheServerByDefault(string manifest)
    {
        var metadata = (await Manifest.Load(manifest)).PodMetadata;

        Assert.All(
            (string[])["name", "instance", "version", "component", "part-of", "managed-by"],
            label => Assert.Contains($"app.kubernetes.io/{label}", metadata.Labels));
        Assert.Equal(Contract.Server, metadata.Annotations["kubectl.kubernetes.io/default-container"]);
    }

    [Theory]
    [MemberData(nameof(Cases.Manifests), MemberType = typeof(Cases))]
    public async Task VersionLabel_IsTheTagOfTheImages(string manifest)
    {
        var loaded = await Manifest.Load(manifest);
        var version = loaded.PodMetadata.Labels["app.kubernetes.io/version"];

        Assert.All(loaded.Containers, container => Assert.EndsWith($":{version}", container.Image, StringComparison.Ordinal));
    }

    [Fact]
    public async Task PodFile_IsASinglePod_ThatNeedsNoOtherObject()
    {
        var loaded = await Manifest.Load(Manifest.PodFile);

        Assert.IsType<V1Pod>(Assert.Single(loaded.Objects));
        Assert.Null(loaded.Pod.ServiceAccountName);
        Assert.All(loaded.Pod.Volumes, volume => Assert.True(volume.EmptyDir is not null || volume.DownwardAPI is not null));
    }

    [Fact]
    public async Task PodFile_MountsAPageThatItCarries()
    {
        var loaded = await Manifest.Load(Manifest.PodFile);

        var item = Assert.Single(loaded.Pod.Volumes.Single(volume => volume.DownwardAPI is not null).DownwardAPI.Items);

        Assert.Equal("index.html", item.Path);
        Assert.Equal("metadata.annotations['index.html']", item.FieldRef.FieldPath);
        Assert.StartsWith("<!doctype html>", loaded.PodMetadata.Annotations["index.html"], StringComparison.Ordinal);
    }

    private static long SizeLimit(Manifest manifest)
    {
        return manifest.Pod.Volumes.Single(volume => volume.Name == "data").EmptyDir.SizeLimit.ToInt64();
    }

    private static long Limit(Manifest manifest, string container, string resource)
    {
        return manifest.Container(container).Resources.Limits[resource].ToInt64();
    }
}
