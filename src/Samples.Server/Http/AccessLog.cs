using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Options;

namespace Samples.Server;

/// <summary>One event a request, with the fields of nginx's combined format and those it lacks.</summary>
/// <remarks>
/// What a client sends reaches the log with control characters escaped, in JSON and in text alike: no request can forge a line or
/// steer the terminal of whoever reads it.
/// </remarks>
internal sealed partial class AccessLog(IOptions<ServerOptions> options, ILoggerFactory loggers)
{
    public const string Category = "Samples.Server.AccessLog";

    /// <summary>C0, DEL, C1, and Unicode's line and paragraph separators and changes of direction.</summary>
    private static readonly SearchValues<char> _control = SearchValues.Create(
        string.Concat(Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x7f, 0x21)).Concat([0x2028, 0x2029, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069]).Select(c => (char)c)));

    private readonly bool _on = options.Value.AccessLog;
    private readonly ILogger _logger = loggers.CreateLogger(Category);

    public bool IsEnabled => _on && _logger.IsEnabled(LogLevel.Information);

    public void Write(HttpContext context, ResponseRecord record, TimeSpan duration)
    {
        var request = context.Request;
        Write(
            new AccessEntry(
                Escape(request.Method),
                Escape(request.Path.Value),
                Escape(request.QueryString.Value),
                request.Protocol,
                context.Response.StatusCode,
                record.BodyBytes,
                context.Connection.RemoteIpAddress?.ToString(),
                Escape(request.Headers.Referer),
                Escape(request.Headers.UserAgent),
                record.Coding,
                record.Release,
                Activity.Current?.Id ?? Escape(request.Headers.TraceParent)),
            duration);
    }

    public void Write(AccessEntry entry, TimeSpan duration) => Log.Answered(
        _logger, entry.Method, entry.Path, entry.Query, entry.Protocol, entry.Status, entry.Bytes, Math.Round(duration.TotalMilliseconds, 3),
        entry.RemoteIp, entry.Referer, entry.UserAgent, entry.Coding, entry.Release, entry.TraceParent);

    internal static string? Escape(string? text)
    {
        if (text is null || !text.AsSpan().ContainsAny(_control))
            return text;

        var escaped = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            if (_control.Contains(c))
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                escaped.Append(c);
        }

        return escaped.ToString();
    }

    private static partial class Log
    {
#pragma warning disable SYSLIB1015 // What the message does not name is a field of the JSON event all the same, named as the parameter is.
        [LoggerMessage(LogLevel.Information, "{Method} {Path} {Status}, {Bytes} bytes in {Milliseconds} ms")]
        public static partial void Answered(
            ILogger logger, string? Method, string? Path, string? Query, string Protocol, int Status, long Bytes, double Milliseconds,
            string? RemoteIp, string? Referer, string? UserAgent, string? Encoding, string? Release, string? TraceParent);
#pragma warning restore SYSLIB1015
    }
}
