namespace Samples.Pod.Tests.Kubernetes;

/// <summary>That the other tests of this folder can trust what they load.</summary>
public sealed class StrictnessTests
{
    [Theory]
    [InlineData("readOnlyRootFilesystem: true", "readOnlyRootFileSystem: true")]
    [InlineData("terminationGracePeriodSeconds: 45", "terminationGraceSeconds: 45")]
    [InlineData("sizeLimit: 1Gi", "limit: 1Gi")]
    public async Task Load_Fails_WhenAFieldIsMisspelt(string field, string misspelt)
    {
        var yaml = await ReadPod();

        Assert.ThrowsAny<Exception>(() => Manifest.Parse(yaml.Replace(field, misspelt, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("  automountServiceAccountToken: false\n")]
    [InlineData("      restartPolicy: Always\n")]
    public async Task Load_Fails_WhenAKeyIsThereTwice(string line)
    {
        var yaml = await ReadPod();

        Assert.ThrowsAny<Exception>(() => Manifest.Parse(yaml.Replace(line, line + line, StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Cases.Manifests), MemberType = typeof(Cases))]
    public async Task Load_Succeeds_WhenNothingIsChanged(string manifest)
    {
        var loaded = await Manifest.Load(manifest);

        Assert.NotEmpty(loaded.Containers);
    }

    private static async Task<string> ReadPod()
    {
        return await File.ReadAllTextAsync(RepositoryRoot.Combine(Manifest.PodFile), TestContext.Current.CancellationToken);
    }
}
