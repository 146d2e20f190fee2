using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;

namespace Samples.Pod.Tests.Kubernetes;

/// <summary>The pod that learners take apart is the one that teams run.</summary>
public sealed class AgreementTests
{
    private static readonly JsonSerializerOptions _indented = new() { WriteIndented = true };

    [Theory]
    [MemberData(nameof(Cases.Containers), MemberType = typeof(Cases))]
    public async Task Container_IsTheSame_InPodAndBase(string name)
    {
        var pod = await Manifest.Load(Manifest.PodFile);
        var @base = await Manifest.Load(Manifest.BaseFolder);

        Assert.Equal(Text(pod.Container(name)), Text(@base.Container(name)));
    }

    [Fact]
    public async Task PodSettings_AreTheSame_InPodAndBase()
    {
        var pod = (await Manifest.Load(Manifest.PodFile)).Pod;
        var @base = (await Manifest.Load(Manifest.BaseFolder)).Pod;

        Assert.Equal(Text(pod.SecurityContext), Text(@base.SecurityContext));
        Assert.Equal(Text(pod.Volumes.Single(Data)), Text(@base.Volumes.Single(Data)));
        Assert.Equal(pod.TerminationGracePeriodSeconds, @base.TerminationGracePeriodSeconds);

        static bool Data(V1Volume volume) => volume.Name == "data";
    }

    /// <summary>The same text for the same meaning: kustomize sorts keys, a person doesn't.</summary>
    private static string Text(object part)
    {
        return Sorted(JsonNode.Parse(KubernetesJson.Serialize(part)))!.ToJsonString(_indented);

        static JsonNode? Sorted(JsonNode? node) => node switch
        {
            JsonObject o => new JsonObject(
                o.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, Sorted(p.Value)))),
            JsonArray a => new JsonArray([.. a.Select(Sorted)]),
            _ => node?.DeepClone(),
        };
    }
}
