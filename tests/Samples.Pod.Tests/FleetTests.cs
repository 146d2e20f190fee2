using System.Text;

namespace Samples.Pod.Tests;

/// <summary>Pods that feed on one another: one sidecar fetches from the outside, the others from the pod before.</summary>
public sealed class FleetTests
{
    [Fact]
    public async Task Pods_HandAReleaseOn_AndFetchOnlyWhatIsNew()
    {
        await using var first = new PodOnLoopback { Settings = { ["Server__ShareReleases"] = "true" } };
        await using var second = new PodOnLoopback { Settings = { ["Server__ShareReleases"] = "true", ["Sidecar__Source"] = SourceOf(first) } };
        await using var third = new PodOnLoopback { Settings = { ["Sidecar__Source"] = SourceOf(second) } };
        for (var i = 0; i < 50; i++)
            first.Write($"pages/{i}.html", $"<p>page {i}</p>{new string('x', 1000)}");
        first.Write("index.html", "one");
        foreach (var pod in new[] { first, second, third })
        {
            await pod.StartSidecarAsync();
            await pod.StartServerAsync();
        }

        await ServedAsync(third, "one");
        // In one step: of a half-written page, its own hash would be fetched.
        File.WriteAllText(Path.Combine(first.Content, "../next.html"), "two");
        File.Move(Path.Combine(first.Content, "../next.html"), Path.Combine(first.Content, "index.html"), overwrite: true);
        await ServedAsync(third, "two");

        Assert.Equal(TreeOf(first), TreeOf(second));
        Assert.Equal(TreeOf(first), TreeOf(third));
        // 51 files of the first release, one of the second.
        await Eventually.TrueAsync(() => FilesFetchedFrom(second) >= 52, "the access log");
        Assert.Equal(52, FilesFetchedFrom(second));
    }

    private static string SourceOf(PodOnLoopback pod) => $"release+{pod.Http.BaseAddress}";

    private static int FilesFetchedFrom(PodOnLoopback pod) => pod.Server!.Log.Split('\n').Count(line => line.Contains("/_release/files/", StringComparison.Ordinal));

    private static Task ServedAsync(PodOnLoopback pod, string text) => Eventually.TrueAsync(
        () => File.Exists(Path.Combine(pod.Volume, "current/www/index.html")) && File.ReadAllText(Path.Combine(pod.Volume, "current/www/index.html")) == text,
        $"'{text}' in the last pod");

    /// <summary>Every file of the current release with its bytes, encoded forms too; the manifest says where each pod has it from.</summary>
    private static string TreeOf(PodOnLoopback pod)
    {
        var root = Path.Combine(pod.Volume, "current/www");
        var tree = new StringBuilder(Path.GetFileName(new FileInfo(Path.Combine(pod.Volume, "current")).LinkTarget!));
        foreach (var file in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            tree.Append(System.Globalization.CultureInfo.InvariantCulture, $"\n{Path.GetRelativePath(root, file)} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)))}");
        return tree.ToString();
    }
}
