namespace Samples.Server.Tests;

/// <summary>Runs every example of <c>docs/server.md</c> against a server of its own.</summary>
public sealed class ServerPageTests : IDisposable
{
    private static readonly string _page = RepositoryRoot.Combine("docs/server.md");

    private readonly TestVolume _volume = new();

    public static TheoryData<string> Sections() => [.. Examples().Keys];

    public void Dispose() => _volume.Dispose();

    [Theory]
    [MemberData(nameof(Sections))]
    public async Task Example_DoesAsThePageSays(string section)
    {
        var example = Examples()[section];
        _volume.Publish([.. FilesOf(example)]);
        var settings = example.Where(l => l.StartsWith("set ", StringComparison.Ordinal)).Select(l => "--" + l[4..].Replace("__", ":", StringComparison.Ordinal));
        await using var server = await TestServer.StartAsync(_volume, [.. settings]);

        var (response, requests) = ((HttpResponseMessage?)null, 0);
        foreach (var line in example.Where(l => l[0] != '|' && !l.StartsWith("set ", StringComparison.Ordinal) && !l.StartsWith("file ", StringComparison.Ordinal)))
        {
            if (line.Split(' ') is [var method, ['/', ..] target] && !method.EndsWith(':'))
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), target);
                response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
                requests++;
            }
            else if (line.Length == 3)
            {
                Assert.Equal(line, ((int)response!.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture));
            }
            else
            {
                var (name, expected) = (line[..line.IndexOf(':', StringComparison.Ordinal)], line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..]);
                Assert.Equal($"{name}: {expected}", $"{name}: {HeaderOf(response!, name) ?? "-"}");
            }
        }

        Assert.NotEqual(0, requests);
    }

    [Fact]
    public void Table_LeadsToASection_WhereItSaysSo()
    {
        var text = File.ReadAllText(_page);
        var sections = text.Split('\n').Where(l => l.StartsWith("## ", StringComparison.Ordinal)).Select(l => l[3..].ToLowerInvariant().Replace(' ', '-'));

        Assert.Equal(sections.Order(), System.Text.RegularExpressions.Regex.Matches(text, @"\]\(#([^)]+)\)").Select(m => m.Groups[1].Value).Distinct().Order());
    }

    private static Dictionary<string, List<string>> Examples()
    {
        var (examples, section, inside) = (new Dictionary<string, List<string>>(), "", false);
        foreach (var line in File.ReadLines(_page))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
                section = line[3..];
            else if (line == "```example")
                (examples[section], inside) = ([], true);
            else if (line == "```")
                inside = false;
            else if (inside)
                examples[section].Add(line);
        }

        return examples;
    }

    /// <summary><c>file path: first line</c>, the lines after it behind a bar.</summary>
    private static IEnumerable<TestFile> FilesOf(List<string> example)
    {
        for (var i = 0; i < example.Count; i++)
        {
            if (!example[i].StartsWith("file ", StringComparison.Ordinal))
                continue;
            var colon = example[i].IndexOf(": ", StringComparison.Ordinal);
            var more = example.Skip(i + 1).TakeWhile(l => l[0] == '|').Select(l => l[1..]);
            yield return new TestFile(example[i][5..colon], string.Join('\n', more.Prepend(example[i][(colon + 2)..])));
        }
    }

    private static string? HeaderOf(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) || response.Content.Headers.TryGetValues(name, out values) ? string.Join(", ", values)
        : name == "Allow" ? string.Join(", ", response.Content.Headers.Allow) : null;
}
