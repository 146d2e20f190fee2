using System.Text.RegularExpressions;
using k8s.Models;

namespace Samples.Pod.Tests.Kubernetes;

/// <summary>Rules for every container alike: most checkers look at <c>containers</c> only, and pass over init and sidecar.</summary>
public sealed partial class ContainerTests
{
    [Theory]
    [MemberData(nameof(Cases.ContainersOfManifests), MemberType = typeof(Cases))]
    public async Task Container_CanGainNothing_FromItsSecurityContext(string manifest, string name)
    {
        var context = (await Manifest.Load(manifest)).Container(name).SecurityContext;

        Assert.False(context.AllowPrivilegeEscalation);
        Assert.True(context.ReadOnlyRootFilesystem);
        Assert.Equal(["ALL"], context.Capabilities.Drop);
        Assert.Null(context.Capabilities.Add);
        Assert.Null(context.Privileged);
    }

    [Theory]
    [MemberData(nameof(Cases.ContainersOfManifests), MemberType = typeof(Cases))]
    public async Task Container_RunsAsThePodsUser(string manifest, string name)
    {
        var context = (await Manifest.Load(manifest)).Container(name).SecurityContext;

        Assert.Null(context.RunAsUser);
        Assert.Null(context.RunAsGroup);
        Assert.Null(context.RunAsNonRoot);
        Assert.Null(context.SeccompProfile);
    }

    [Theory]
    [MemberData(nameof(Cases.ContainersOfManifests), MemberType = typeof(Cases))]
    public async Task Container_StatesRequestsWithinLimits_OfEveryResource(string manifest, string name)
    {
        var resources = (await Manifest.Load(manifest)).Container(name).Resources;

        foreach (var resource in (string[])["cpu", "memory", "ephemeral-storage"])
        {
            Assert.Contains(resource, resources.Requests);
            Assert.Contains(resource, resources.Limits);
            Assert.InRange(resources.Requests[resource].ToDecimal(), 0.001m, resources.Limits[resource].ToDecimal());
        }
    }

    [Theory]
    [MemberData(nameof(Cases.ContainersOfManifests), MemberType = typeof(Cases))]
    public async Task Container_IsLimitedToWholeCores(string manifest, string name)
    {
        var limit = (await Manifest.Load(manifest)).Container(name).Resources.Limits["cpu"].ToDecimal();

        Assert.Equal(decimal.Truncate(limit), limit);
    }

    [Theory]
    [MemberData(nameof(Cases.ContainersOfManifests), MemberType = typeof(Cases))]
    public async Task Container_UsesItsOwnImage_WithoutAskingARegistryForIt(string manifest, string name)
    {
        var container = (await Manifest.Load(manifest)).Container(name);

        Assert.Matches($@"^samples-{name}:\d+\.\d+\.\d+$", container.Image);
        Assert.Equal("IfNotPresent", container.ImagePullPolicy);
    }

    [Theory]
    [MemberData(nameof(Cases.ContainersOfManifests), MemberType = typeof(Cases))]
    public async Task Container_DeclaresThePortsOfTheContract(string manifest, string name)
    {
        var ports = (await Manifest.Load(manifest)).Container(name).Ports ?? [];

        Assert.Equal(Contract.Ports[name], ports.Select(port => (port.Name, port.ContainerPort)));
        Assert.All(ports, port => Assert.Null(port.HostPort));
    }

    [Theory]
    [MemberData(nameof(Cases.ContainersOfManifests), MemberType = typeof(Cases))]
    public async Task Container_IsGivenOnlySettingsThatItHas(string manifest, string name)
    {
        var container = (await Manifest.Load(manifest)).Container(name);

        Assert.Null(container.EnvFrom);
        Assert.All(container.Env, variable =>
            Assert.Contains(Contract.Settings[name], setting => setting.EndsWith("__", StringComparison.Ordinal)
                ? variable.Name.StartsWith(setting, StringComparison.Ordinal)
                : variable.Name == setting));
    }

    [Theory]
    [MemberData(nameof(Cases.ContainersOfManifests), MemberType = typeof(Cases))]
    public async Task Container_HoldsNoSecret_InItsEnvironment(string manifest, string name)
    {
        var container = (await Manifest.Load(manifest)).Container(name);

        Assert.All(container.Env, variable =>
        {
            Assert.Null(variable.ValueFrom?.SecretKeyRef);
            // Where a secret is may be told to everybody.
            Assert.True(variable.Name.EndsWith("Path", StringComparison.Ordinal) || !Secretive().IsMatch(variable.Name), variable.Name);
            Assert.DoesNotMatch(UserInfo(), variable.Value ?? "");
        });
    }

    [Theory]
    [MemberData(nameof(Cases.ContainersOfManifests), MemberType = typeof(Cases))]
    public async Task Container_MountsTheVolume_AndOnlyTheServerReadOnly(string manifest, string name)
    {
        var container = (await Manifest.Load(manifest)).Container(name);

        var mount = Assert.Single(container.VolumeMounts, mount => mount.Name == "data");

        Assert.Equal("/data", mount.MountPath);
        Assert.Equal(name == Contract.Server, mount.ReadOnlyProperty ?? false);
    }

    [Theory]
    [MemberData(nameof(Cases.ContainersOfManifests), MemberType = typeof(Cases))]
    public async Task Container_MountsWholeVolumesOfThePod(string manifest, string name)
    {
        var loaded = await Manifest.Load(manifest);

        Assert.All(loaded.Container(name).VolumeMounts, mount =>
        {
            Assert.Contains(loaded.Pod.Volumes, volume => volume.Name == mount.Name);
            Assert.Null(mount.SubPath);
            Assert.Null(mount.SubPathExpr);
            Assert.Null(mount.MountPropagation);
        });
    }

    [Theory]
    [MemberData(nameof(Cases.ContainersOfManifests), MemberType = typeof(Cases))]
    public async Task Container_LeavesItsLastLogLines_AsTheReasonOfItsEnd(string manifest, string name)
    {
        var container = (await Manifest.Load(manifest)).Container(name);

        Assert.Equal("FallbackToLogsOnError", container.TerminationMessagePolicy);
    }

    [Theory]
    [MemberData(nameof(Cases.ContainersOfManifests), MemberType = typeof(Cases))]
    public async Task Container_StartsTheProgramOfItsImage_WithoutAShell(string manifest, string name)
    {
        var container = (await Manifest.Load(manifest)).Container(name);

        Assert.Null(container.Command);
        Assert.Null(container.Args);
    }

    [GeneratedRegex("password|secret|token|apikey|credential", RegexOptions.IgnoreCase)]
    private static partial Regex Secretive();

    [GeneratedRegex("://[^/]*@")]
    private static partial Regex UserInfo();
}
