using System.Text;

namespace Samples.Server;

/// <summary>A text with <c>:splat</c> and <c>:name</c> in it, to be replaced by what a <see cref="PathPattern"/> captured.</summary>
internal sealed class PathTemplate
{
    private readonly List<(string Text, int Capture)> _pieces = [];

    /// <param name="text">A colon before any other name is a colon.</param>
    /// <param name="names">Of the captures, see <see cref="PathPattern.Names"/>.</param>
    public PathTemplate(string text, IReadOnlyList<string> names)
    {
        Text = text;
        var start = 0;
        for (var colon = text.IndexOf(':', StringComparison.Ordinal); colon >= 0; colon = text.IndexOf(':', colon + 1))
        {
            var end = colon + 1;
            while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
                end++;
            var name = text[(colon + 1)..end];
            if (IndexOf(names, name) is not (>= 0 and var capture))
                continue;

            _pieces.Add((text[start..colon], capture));
            FirstCapture = FirstCapture < 0 ? colon : FirstCapture;
            start = end;
        }

        _pieces.Add((text[start..], -1));
    }

    public string Text { get; }

    /// <summary>Where in the text the first capture is; -1 where there is none.</summary>
    public int FirstCapture { get; } = -1;

    /// <param name="captured">From <see cref="PathPattern.Match"/>.</param>
    /// <param name="encode">Applied to each captured value, never to the text around it.</param>
    public string Expand(string[] captured, Func<string, string> encode)
    {
        if (FirstCapture < 0)
            return Text;

        var expanded = new StringBuilder();
        foreach (var (text, capture) in _pieces)
            expanded.Append(text).Append(capture < 0 ? "" : encode(captured[capture]));
        return expanded.ToString();
    }

    /// <summary>For a URL: what a visitor put into the path stays path, whatever characters it has; only its slashes are slashes.</summary>
    public static string Encode(string value) => string.Join('/', value.Split('/').Select(Uri.EscapeDataString));

    private static int IndexOf(IReadOnlyList<string> names, string name)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if (names[i] == name)
                return i;
        }

        return -1;
    }
}
