using k8s.Models;

namespace Samples.Pod.Tests.Kubernetes;

public sealed class ProbeTests
{
    [Theory]
    [MemberData(nameof(Cases.Manifests), MemberType = typeof(Cases))]
    public async Task Init_HasNoProbesNorHooks_WhichTheClusterWouldRefuse(string manifest)
    {
        var init = (await Manifest.Load(manifest)).Container(Contract.Init);

        Assert.Null(init.StartupProbe);
        Assert.Null(init.LivenessProbe);
        Assert.Null(init.ReadinessProbe);
        Assert.Null(init.Lifecycle);
    }

    [Theory]
    [MemberData(nameof(Cases.ProbesOfManifests), MemberType = typeof(Cases))]
    public async Task Probe_AsksAnEndpointOfTheContract_OnADeclaredPort(string manifest, string name, string kind)
    {
        var container = (await Manifest.Load(manifest)).Container(name);

        var request = Probe(container, kind).HttpGet;

        Assert.Equal(Contract.Probes[(name, kind)], (request.Port.Value, request.Path));
        Assert.Contains(container.Ports, port => port.Name == request.Port.Value);
        Assert.Null(request.Host);
    }

    [Theory]
    [MemberData(nameof(Cases.ProbesOfManifests), MemberType = typeof(Cases))]
    public async Task Probe_ForgivesASlowAnswer(string manifest, string name, string kind)
    {
        var probe = Probe((await Manifest.Load(manifest)).Container(name), kind);

        Assert.InRange(probe.TimeoutSeconds ?? 1, 2, 5);
        Assert.InRange(probe.FailureThreshold ?? 3, 3, 60);
    }

    [Theory]
    [MemberData(nameof(Cases.ProbedContainersOfManifests), MemberType = typeof(Cases))]
    public async Task Readiness_DiffersFromLiveness(string manifest, string name)
    {
        var container = (await Manifest.Load(manifest)).Container(name);

        Assert.NotEqual(container.LivenessProbe.HttpGet.Path, container.ReadinessProbe.HttpGet.Path);
    }

    [Theory]
    [MemberData(nameof(Cases.ProbedContainersOfManifests), MemberType = typeof(Cases))]
    public async Task StartupProbe_LooksEverySecond_AndGivesAMinute(string manifest, string name)
    {
        var probe = (await Manifest.Load(manifest)).Container(name).StartupProbe;

        Assert.Equal(1, probe.PeriodSeconds);
        Assert.InRange(probe.PeriodSeconds!.Value * probe.FailureThreshold!.Value, 60, 300);
    }

    private static V1Probe Probe(V1Container container, string kind)
    {
        return kind switch
        {
            "startup" => container.StartupProbe,
            "liveness" => container.LivenessProbe,
            "readiness" => container.ReadinessProbe,
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };
    }
}
