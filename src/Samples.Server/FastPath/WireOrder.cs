namespace Samples.Server;

/// <summary>The order in which Kestrel sends headers: those that it knows in this one, all others behind them as they were set.</summary>
internal static class WireOrder
{
    private static readonly Dictionary<string, int> _places = ((string[])
    [
        "Content-Length", "Content-Type", "Date",
        "Accept-Ranges", "Access-Control-Allow-Credentials", "Access-Control-Allow-Headers", "Access-Control-Allow-Methods", "Access-Control-Allow-Origin",
        "Access-Control-Expose-Headers", "Access-Control-Max-Age", "Age", "Allow", "Alt-Svc", "Cache-Control", "Content-Encoding", "Content-Language", "Content-Location",
        "Content-MD5", "ETag", "Expires", "Grpc-Encoding", "Last-Modified", "Pragma", "Retry-After", "Vary", "Via", "Warning",
    ]).Select((name, place) => (name, place)).ToDictionary(known => known.name, known => known.place, StringComparer.OrdinalIgnoreCase);

    public static int Of(string name) => _places.GetValueOrDefault(name, int.MaxValue);
}
