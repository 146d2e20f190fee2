using k8s;
using k8s.Models;

namespace Samples.Pod.Tests.Kubernetes;

/// <summary>What stands around the pod in k8s/base.</summary>
public sealed class BaseTests
{
    [Fact]
    public async Task Namespace_ComesFirst_AndHoldsEverythingElse()
    {
        var loaded = await Manifest.Load(Manifest.BaseFolder);

        var @namespace = Assert.IsType<V1Namespace>(loaded.Objects[0]);

        Assert.NotEqual("default", @namespace.Metadata.Name);
        Assert.All(
            loaded.Objects.Skip(1).Cast<IKubernetesObject<V1ObjectMeta>>(),
            o => Assert.Equal(@namespace.Metadata.Name, o.Metadata.NamespaceProperty));
    }

    [Theory]
    [InlineData("enforce")]
    [InlineData("audit")]
    [InlineData("warn")]
    public async Task Namespace_HoldsPodsToTheRestrictedStandard_OfOneVersion(string mode)
    {
        var labels = (await Manifest.Load(Manifest.BaseFolder)).Single<V1Namespace>().Metadata.Labels;

        Assert.Equal("restricted", labels[$"pod-security.kubernetes.io/{mode}"]);
        Assert.Matches(@"^v1\.\d+$", labels[$"pod-security.kubernetes.io/{mode}-version"]);
        Assert.Equal(labels["pod-security.kubernetes.io/enforce-version"], labels[$"pod-security.kubernetes.io/{mode}-version"]);
    }

    [Fact]
    public async Task EveryObject_IsLabelled()
    {
        var loaded = await Manifest.Load(Manifest.BaseFolder);

        Assert.All(loaded.Objects.Cast<IKubernetesObject<V1ObjectMeta>>(), o => Assert.All(
            (string[])["name", "instance", "version", "component", "part-of", "managed-by"],
            label => Assert.Contains($"app.kubernetes.io/{label}", o.Metadata.Labels)));
    }

    [Fact]
    public async Task ServiceAccount_IsThePodsOwn_AndMountsNoToken()
    {
        var loaded = await Manifest.Load(Manifest.BaseFolder);
        var account = loaded.Single<V1ServiceAccount>();

        Assert.False(account.AutomountServiceAccountToken);
        Assert.Equal(account.Metadata.Name, loaded.Pod.ServiceAccountName);
    }

    [Fact]
    public async Task Deployment_NeverServesFromFewerPods_WhileItUpdates()
    {
        var spec = (await Manifest.Load(Manifest.BaseFolder)).Single<V1Deployment>().Spec;

        Assert.InRange(spec.Replicas!.Value, 2, 10);
        Assert.Equal("RollingUpdate", spec.Strategy.Type);
        Assert.Equal("0", spec.Strategy.RollingUpdate.MaxUnavailable.Value);
        Assert.Equal("1", spec.Strategy.RollingUpdate.MaxSurge.Value);
        Assert.InRange(spec.MinReadySeconds!.Value, 1, 60);
        Assert.InRange(spec.ProgressDeadlineSeconds!.Value, spec.MinReadySeconds.Value + 60, 600);
        Assert.InRange(spec.RevisionHistoryLimit!.Value, 1, 10);
    }

    [Fact]
    public async Task Selectors_FindThePodsOfTheDeployment()
    {
        var loaded = await Manifest.Load(Manifest.BaseFolder);

        Assert.All(Selectors(loaded), selector => Assert.True(Matches(selector, loaded.PodMetadata.Labels)));
    }

    [Fact]
    public async Task Selectors_PassOverTheLearnersPod_InTheSameNamespace()
    {
        var loaded = await Manifest.Load(Manifest.BaseFolder);
        var comic = await Manifest.Load(Manifest.PodFile);

        Assert.All(Selectors(loaded), selector => Assert.False(Matches(selector, comic.PodMetadata.Labels)));
    }

    [Fact]
    public async Task Selectors_HoldNothingThatMayChange_SinceTheyCant()
    {
        var loaded = await Manifest.Load(Manifest.BaseFolder);

        Assert.All(Selectors(loaded), selector =>
            Assert.Equal(["app.kubernetes.io/instance", "app.kubernetes.io/name"], selector.Keys.Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task Service_LeadsToTheSite_ByTheNameOfItsPort()
    {
        var loaded = await Manifest.Load(Manifest.BaseFolder);
        var service = loaded.Single<V1Service>().Spec;

        var port = Assert.Single(service.Ports);

        Assert.Equal("ClusterIP", service.Type);
        Assert.Single(loaded.Container(Contract.Server).Ports, p => p.Name == port.TargetPort.Value && p.ContainerPort == 8080);
    }

    [Fact]
    public async Task PodDisruptionBudget_LetsNodesBeDrained()
    {
        var loaded = await Manifest.Load(Manifest.BaseFolder);
        var budget = loaded.Single<V1PodDisruptionBudget>().Spec;

        Assert.Equal("1", budget.MaxUnavailable.Value);
        Assert.Null(budget.MinAvailable);
        Assert.Equal("AlwaysAllow", budget.UnhealthyPodEvictionPolicy);
    }

    [Fact]
    public async Task Pods_PreferToBeApart_ButDontInsist()
    {
        var pod = (await Manifest.Load(Manifest.BaseFolder)).Pod;

        var term = Assert.Single(pod.Affinity.PodAntiAffinity.PreferredDuringSchedulingIgnoredDuringExecution);
        var spread = Assert.Single(pod.TopologySpreadConstraints);

        Assert.Null(pod.Affinity.PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution);
        Assert.Equal("kubernetes.io/hostname", term.PodAffinityTerm.TopologyKey);
        Assert.Equal("topology.kubernetes.io/zone", spread.TopologyKey);
        Assert.Equal("ScheduleAnyway", spread.WhenUnsatisfiable);
    }

    [Fact]
    public async Task NetworkPolicy_OpensThePortsOfTheContract_AndOnlyTheSiteToEveryone()
    {
        var policy = (await Manifest.Load(Manifest.BaseFolder)).Single<V1NetworkPolicy>().Spec;

        Assert.Equal(["Egress", "Ingress"], policy.PolicyTypes.Order(StringComparer.Ordinal));
        Assert.Collection(
            policy.Ingress,
            site =>
            {
                Assert.Null(site.FromProperty);
                Assert.Equal(["8080"], site.Ports.Select(port => port.Port.Value));
            },
            metrics =>
            {
                Assert.NotEmpty(metrics.FromProperty);
                Assert.Equal(["8081", "8082"], metrics.Ports.Select(port => port.Port.Value));
            });
    }

    [Fact]
    public async Task NetworkPolicy_LetsNothingOutButQuestionsForNames()
    {
        var policy = (await Manifest.Load(Manifest.BaseFolder)).Single<V1NetworkPolicy>().Spec;

        var dns = Assert.Single(policy.Egress);

        Assert.NotEmpty(dns.To);
        Assert.Equal([("UDP", "53"), ("TCP", "53")], dns.Ports.Select(port => (port.Protocol, port.Port.Value)));
    }

    /// <summary>These lists are compared whole: a default that the cluster fills in would be a change at every apply.</summary>
    [Fact]
    public async Task NetworkPolicy_NamesEveryProtocol_SoThatASecondApplyChangesNothing()
    {
        var policy = (await Manifest.Load(Manifest.BaseFolder)).Single<V1NetworkPolicy>().Spec;

        var ports = policy.Ingress.SelectMany(rule => rule.Ports).Concat(policy.Egress.SelectMany(rule => rule.Ports));

        Assert.All(ports, port => Assert.NotNull(port.Protocol));
    }

    private static List<IDictionary<string, string>> Selectors(Manifest manifest)
    {
        var antiAffinity = Assert.Single(manifest.Pod.Affinity.PodAntiAffinity.PreferredDuringSchedulingIgnoredDuringExecution);

        return
        [
            manifest.Single<V1Deployment>().Spec.Selector.MatchLabels,
            manifest.Single<V1Service>().Spec.Selector,
            manifest.Single<V1PodDisruptionBudget>().Spec.Selector.MatchLabels,
            manifest.Single<V1NetworkPolicy>().Spec.PodSelector.MatchLabels,
            manifest.Pod.TopologySpreadConstraints[0].LabelSelector.MatchLabels,
            antiAffinity.PodAffinityTerm.LabelSelector.MatchLabels,
        ];
    }

    private static bool Matches(IDictionary<string, string> selector, IDictionary<string, string> labels)
    {
        return selector.Count > 0 && selector.All(label => labels.TryGetValue(label.Key, out var value) && value == label.Value);
    }
}
