using System.Diagnostics;
using System.Globalization;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Pod.Tests;

/// <summary>Commits, pushed one after the other to a real Git server, on their way through the sidecar and out of the server.</summary>
public sealed class GitPodTests
{
    private const int Commits = 200;
    private const int Readers = 4;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Readers_SeeEveryCommitWholeAndInOrder_WhileTwoHundredArePublished()
    {
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", Pages(0));
        await using var pod = new PodOnLoopback();
        pod.Settings["Sidecar__Source"] = project.Url();
        pod.Settings["Sidecar__Interval"] = "00:10:00";
        pod.Settings["Server__AccessLog"] = "false";
        await pod.StartSidecarAsync();
        await Eventually.TrueAsync(() => Path.Exists(Path.Combine(pod.Volume, "current")), "the first release");
        await pod.StartServerAsync();

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var readers = Enumerable.Range(0, Readers).Select(_ => ReadAsync(pod, enough.Token)).ToArray();
        var latencies = new List<double>();
        for (var i = 1; i <= Commits && !readers.Any(reader => reader.IsFaulted); i++)
        {
            await project.CommitAsync(Pages(i));
            var pushed = Stopwatch.GetTimestamp();
            var nudge = pod.NudgeAsync();
            await Eventually.GetAsync(async () => await NumberAsync(pod, "/a.html", Cancellation) == i ? "" : null, $"commit {i} to be served");
            latencies.Add(Stopwatch.GetElapsedTime(pushed).TotalMilliseconds);
            await nudge.WaitAsync(Eventually.Deadline, Cancellation);
        }

        await enough.CancelAsync();
        var reads = await Task.WhenAll(readers).WaitAsync(Eventually.Deadline, Cancellation);

        latencies.Sort();
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Commits} commits, {reads.Sum()} reads; from pushed to served: median {latencies[latencies.Count / 2]:F0} ms, p99 {latencies[(int)(latencies.Count * 0.99)]:F0} ms, most {latencies[^1]:F0} ms."));
        Assert.Equal(Commits, latencies.Count);
        Assert.True(reads.Min() > Commits, $"{reads.Min()} reads");
    }

    /// <summary>Two pages of one number, each long enough to be sent in several pieces.</summary>
    private static (string, string)[] Pages(int number)
    {
        var text = string.Concat(Enumerable.Repeat($"{number:D6}\n", 20_000));
        return [("a.html", text), ("b.html", text)];
    }

    /// <summary>Reads both pages in turn until it is enough: numbers never go back, since each release is there at once and whole.</summary>
    private static async Task<int> ReadAsync(PodOnLoopback pod, CancellationToken enough)
    {
        var (last, reads) = (0, 0);
        for (; !enough.IsCancellationRequested; reads++)
        {
            try
            {
                var number = await NumberAsync(pod, reads % 2 == 0 ? "/a.html" : "/b.html", enough);
                Assert.InRange(number, last, Commits);
                last = number;
            }
            catch (OperationCanceledException) when (enough.IsCancellationRequested)
            {
                break;
            }
        }

        return reads;
    }

    /// <summary>The one number of which a page is made.</summary>
    private static async Task<int> NumberAsync(PodOnLoopback pod, string path, CancellationToken cancellation)
    {
        var text = await pod.Http.GetStringAsync(new Uri(path, UriKind.Relative), cancellation);
        Assert.Equal(20_000 * 7, text.Length);
        var first = text[..7];
        Assert.True(text.AsSpan().Count(first) == 20_000, $"{path} is of more than one commit.");
        return int.Parse(first, CultureInfo.InvariantCulture);
    }
}
