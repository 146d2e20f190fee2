using System.Globalization;
using System.Text;

namespace Samples.Server;

/// <summary>A response as it goes over the wire, but for the date. Immutable.</summary>
internal sealed class ReadyAnswer
{
    private const string Date = "Date";

    private readonly byte[] _head;
    private readonly int _date;

    /// <param name="status">200 or 304.</param>
    /// <param name="reason">The status in words.</param>
    /// <param name="headers">All but <c>Date</c>.</param>
    /// <param name="body">Of the answer to GET.</param>
    /// <param name="coding">The body's content coding, or null.</param>
    public ReadyAnswer(int status, string reason, IHeaderDictionary headers, byte[] body, string? coding)
    {
        (Status, Body, Coding) = (status, body, coding);
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} {reason}\r\n");
        headers.Date = DateTimeOffset.UnixEpoch.ToString("R", CultureInfo.InvariantCulture);
        foreach (var (name, values) in headers.OrderBy(header => WireOrder.Of(header.Key)))
        {
            if (name == Date)
                _date = text.Length + "Date: ".Length;
            foreach (var value in values)
                text.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        _head = Encoding.ASCII.GetBytes(text.Append("\r\n").ToString());
    }

    public int Status { get; }

    public byte[] Body { get; }

    public string? Coding { get; }

    /// <summary>In bytes.</summary>
    public int HeadLength => _head.Length;

    /// <param name="target">At least <see cref="HeadLength"/> bytes.</param>
    /// <param name="date">The time now, an IMF-fixdate (RFC 9110 §5.6.7).</param>
    public void WriteHead(Span<byte> target, ReadOnlySpan<byte> date)
    {
        _head.CopyTo(target);
        date.CopyTo(target[_date..]);
    }
}
