using System.Globalization;
using System.Text;

namespace Samples.Bench;

/// <summary>A table of medians with their spread, on the console and as <c>bench/results/NAME.md</c>.</summary>
/// <param name="name">Of the file.</param>
/// <param name="columns">Headings, the first of them for what was measured.</param>
public sealed class Report(string name, params string[] columns)
{
    private readonly StringBuilder _text = new();
    private bool _hasTable;

    /// <summary>Several runs of one figure: <c>median (lowest–highest)</c>.</summary>
    public static string Spread(IEnumerable<double> values, string format = "0.00")
    {
        var sorted = values.Order().ToArray();
        return string.Create(CultureInfo.InvariantCulture, $"{Median(sorted).ToString(format, CultureInfo.InvariantCulture)} ({sorted[0].ToString(format, CultureInfo.InvariantCulture)}–{sorted[^1].ToString(format, CultureInfo.InvariantCulture)})");
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    public void Text(string line)
    {
        Add(line + "\n\n");
        _hasTable = false;
    }

    public void Row(params string[] cells)
    {
        if (!_hasTable)
            Add($"| {string.Join(" | ", columns)} |\n|{string.Concat(columns.Select(_ => "---|"))}\n");
        _hasTable = true;
        Add($"| {string.Join(" | ", cells)} |\n");
    }

    public void Save()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "bench", "results")).FullName;
        File.WriteAllText(Path.Combine(folder, name + ".md"), _text.ToString());
    }

    private void Add(string text)
    {
        Console.Write(text);
        _text.Append(text);
    }
}
