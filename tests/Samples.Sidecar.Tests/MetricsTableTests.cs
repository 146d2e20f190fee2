using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Samples.SharedVolume;
using Samples.Sidecar.Sync;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests;

/// <summary>The table of metrics in <c>docs/sidecar.md</c> against what a sidecar says, as a process of its own: nobody else's meters are heard there.</summary>
public sealed partial class MetricsTableTests
{
    private static readonly string[] _ofEverySeries = ["otel_scope_name", "le"];

    [Fact]
    public async Task Table_ListsEveryMetric_WithItsTypeAndItsLabels()
    {
        using var volume = new TemporaryFolder();
        using var source = new TemporaryFolder();
        source.Write("index.html", "hello");
        await using var told = await ArchiveServer.StartAsync();
        told.Answer = context => Results.Ok().ExecuteAsync(context);
        await using var sidecar = SidecarProcess.StartLoop(source.Path, volume.Path, "--Sidecar:RequiredFiles=index.html", $"--Sidecar:NotifyUrl={told.Url("told")}");
        using var client = new HttpClient { BaseAddress = new Uri(await sidecar.UrlAsync()) };
        await sidecar.LineAsync("Told ");
        File.Delete(volume["current"]);
        await SyncAsync();
        File.Move(source["index.html"], source["other.html"]);
        await SyncAsync();

        var metrics = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);

        var said = Type().Matches(metrics).Select(m => (Name: m.Groups["name"].Value, Type: m.Groups["type"].Value)).Where(metric => metric.Name != "target_info")
            .Select(metric => $"{metric.Name} {metric.Type}: {string.Join(' ', LabelsOf(metrics, metric.Name))}");
        var listed = Rows().Select(row => $"{row.Name} {row.Type}: {string.Join(' ', row.Labels.Keys.Order(StringComparer.Ordinal))}");
        Assert.Equal(said.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));

        Task SyncAsync() => client.PostAsync(new Uri("/control/sync", UriKind.Relative), null, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Table_ListsEveryValueOfALabel()
    {
        var rows = Rows().ToDictionary(row => row.Name, row => row.Labels);

        Assert.Equal(NamesOf<SyncResult>(), rows["sidecar_syncs_total"]["result"]);
        Assert.Equal(NamesOf<RejectionReason>(), rows["sidecar_rejections_total"]["reason"]);
        Assert.Equal(NamesOf<RepairReason>(), rows["sidecar_repairs_total"]["reason"]);
    }

    private static string[] NamesOf<T>() where T : struct, Enum => [.. Enum.GetNames<T>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];

    private static SortedSet<string> LabelsOf(string metrics, string name) => new(
        metrics.Split('\n').Where(line => line.StartsWith(name, StringComparison.Ordinal)).SelectMany(line => Label().Matches(line)).Select(m => m.Groups[1].Value).Except(_ofEverySeries),
        StringComparer.Ordinal);

    /// <summary>Name, type, and labels with their values: <c>`result`: `published`, `unchanged`</c>.</summary>
    private static IEnumerable<(string Name, string Type, Dictionary<string, string[]> Labels)> Rows() =>
        from line in File.ReadLines(PageExample.Page)
        let cells = line.Split('|', StringSplitOptions.TrimEntries)
        where cells.Length == 6 && cells[1].StartsWith("`sidecar_", StringComparison.Ordinal)
        select (cells[1].Trim('`'), cells[2], LabelCell().Matches(cells[3]).ToDictionary(
            m => m.Groups["label"].Value, m => m.Groups["values"].Value.Split([',', ' ', '`'], StringSplitOptions.RemoveEmptyEntries)));

    [GeneratedRegex("^# TYPE (?<name>\\S+) (?<type>\\S+)$", RegexOptions.Multiline)]
    private static partial Regex Type();

    [GeneratedRegex("([a-z_]+)=\"")]
    private static partial Regex Label();

    [GeneratedRegex("`(?<label>[a-z_]+)`(: (?<values>`[a-z_]+`(, `[a-z_]+`(?!:))*))?")]
    private static partial Regex LabelCell();
}
