using System.Net;
using System.Net.Sockets;

namespace Samples.Sidecar.Sources;

/// <summary>
/// The HTTP client of a source. Where a host's name or a redirect leads is checked when connecting, after DNS:
/// link-local addresses, where clouds keep their metadata services, are never connected to, private ones only where that is allowed.
/// </summary>
internal static class GuardedHttp
{
    private static readonly TimeSpan _connectTimeout = TimeSpan.FromSeconds(15);

    /// <summary>Where clouds keep their metadata services besides: AWS, Google, Oracle (two), Alibaba, Azure.</summary>
    private static readonly IPAddress[] _metadata =
    [
        IPAddress.Parse("fd00:ec2::254"), IPAddress.Parse("fd20:ce::254"), IPAddress.Parse("fd00:c1::a9fe:a9fe"),
        IPAddress.Parse("192.0.0.192"), IPAddress.Parse("100.100.100.200"), IPAddress.Parse("168.63.129.16"),
    ];

    /// <summary>NAT64's well-known prefix (RFC 6052 §2.1), behind which every IPv4 address can be reached.</summary>
    private static readonly IPNetwork _nat64 = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>What a cluster, a machine or a home network keeps to itself: RFC 1918, RFC 6598, RFC 4193, and this host (RFC 1122 §3.2.1.3).</summary>
    private static readonly IPNetwork[] _private =
    [
        IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.0.0/16"), IPNetwork.Parse("100.64.0.0/10"),
        IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("0.0.0.0/8"), IPNetwork.Parse("fc00::/7"), IPNetwork.Parse("::/127"),
    ];

    /// <param name="origin">The source's address; credentials go nowhere else.</param>
    /// <param name="settings">Credentials, certificates, and whether private addresses are allowed.</param>
    /// <param name="authorizes">Whether requests get the credentials here; otherwise they bring their own.</param>
    public static HttpClient Create(Uri origin, SourceSettings settings, bool authorizes = true)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = (context, cancellation) => ConnectAsync(context, settings.AllowPrivateAddresses, cancellation),
            ConnectTimeout = _connectTimeout,
            AllowAutoRedirect = false,
            SslOptions = TlsFiles.OptionsFor(origin, settings),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            UseCookies = false,
            UseProxy = false,
        };
        // A sync's own time-out holds for its requests, however long a body streams.
        return new HttpClient(new OriginHandler(origin, authorizes ? new Credentials(settings) : null, handler)) { Timeout = Timeout.InfiniteTimeSpan, DefaultRequestHeaders = { { "User-Agent", "samples-sidecar" } } };
    }

    /// <summary>Link-local or a metadata service: never to be connected to.</summary>
    public static bool IsForbidden(IPAddress address)
    {
        var plain = Plain(address);
        return plain.IsIPv6LinkLocal
            || (plain.AddressFamily == AddressFamily.InterNetwork && plain.GetAddressBytes() is [169, 254, ..])
            || _metadata.Contains(plain);
    }

    /// <summary>Of a private network or this machine.</summary>
    public static bool IsPrivate(IPAddress address)
    {
        var plain = Plain(address);
        return _private.Any(network => network.Contains(plain));
    }

    private static IPAddress Plain(IPAddress address) =>
        address.IsIPv4MappedToIPv6 || _nat64.Contains(address) ? new IPAddress(address.GetAddressBytes().AsSpan(12)) : address;

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, bool allowPrivate, CancellationToken cancellation)
    {
        var host = context.DnsEndPoint.Host;
        var addresses = await Dns.GetHostAddressesAsync(host, cancellation);
        if (addresses.FirstOrDefault(IsForbidden) is { } forbidden)
            throw new IOException($"'{host}' leads to {forbidden}, a link-local or metadata address, which a source must not.");
        if (!allowPrivate && addresses.FirstOrDefault(IsPrivate) is { } inside)
            throw new IOException($"'{host}' leads to {inside}, a private address, which Sidecar__AllowPrivateAddresses forbids.");

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
