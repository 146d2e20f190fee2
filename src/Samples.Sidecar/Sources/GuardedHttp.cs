using System.Net;
using System.Net.Sockets;

namespace Samples.Sidecar.Sources;

/// <summary>
/// The HTTP client for sources. Where a host's name or a redirect leads is checked when connecting, after DNS:
/// link-local addresses, where clouds keep their metadata services, are never connected to.
/// </summary>
internal static class GuardedHttp
{
    private const int MaxRedirects = 5;
    private static readonly TimeSpan _connectTimeout = TimeSpan.FromSeconds(15);

    /// <summary>Where clouds keep their metadata services besides: AWS, Google, Oracle (two), Alibaba, Azure.</summary>
    private static readonly IPAddress[] _metadata =
    [
        IPAddress.Parse("fd00:ec2::254"), IPAddress.Parse("fd20:ce::254"), IPAddress.Parse("fd00:c1::a9fe:a9fe"),
        IPAddress.Parse("192.0.0.192"), IPAddress.Parse("100.100.100.200"), IPAddress.Parse("168.63.129.16"),
    ];

    /// <summary>NAT64's well-known prefix (RFC 6052 §2.1), behind which every IPv4 address can be reached.</summary>
    private static readonly IPNetwork _nat64 = IPNetwork.Parse("64:ff9b::/96");

    public static HttpClient Create()
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = ConnectAsync,
            ConnectTimeout = _connectTimeout,
            MaxAutomaticRedirections = MaxRedirects,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            UseCookies = false,
            UseProxy = false,
        };
        // A sync's own time-out holds for its requests, however long a body streams.
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, DefaultRequestHeaders = { { "User-Agent", "samples-sidecar" } } };
    }

    public static bool IsForbidden(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 || _nat64.Contains(address) ? new IPAddress(address.GetAddressBytes().AsSpan(12)) : address;
        return plain.IsIPv6LinkLocal
            || (plain.AddressFamily == AddressFamily.InterNetwork && plain.GetAddressBytes() is [169, 254, ..])
            || _metadata.Contains(plain);
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var host = context.DnsEndPoint.Host;
        var addresses = await Dns.GetHostAddressesAsync(host, cancellation);
        if (addresses.FirstOrDefault(IsForbidden) is { } forbidden)
            throw new IOException($"'{host}' leads to {forbidden}, a link-local or metadata address, which a source must not.");

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
