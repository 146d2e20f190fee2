using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace Samples.Server;

/// <summary>
/// Takes the client's address and scheme from <c>X-Forwarded-For</c> and <c>-Proto</c>, where the connection comes from a network of
/// <see cref="ServerOptions.TrustedProxies"/>. Anyone else's are what a client says of itself: YARP replaces them by what the connection shows.
/// </summary>
internal static class TrustedProxies
{
    public static void UseTrustedProxies(this WebApplication app)
    {
        var networks = Parse(app.Services.GetRequiredService<IOptions<ServerOptions>>().Value.TrustedProxies);
        if (networks is null or [])
            return;

        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = null };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in networks)
            options.KnownIPNetworks.Add(network);
        app.UseForwardedHeaders(options);
    }

    /// <summary>Networks in CIDR notation or single addresses, comma between them; null where one is neither.</summary>
    public static IReadOnlyList<System.Net.IPNetwork>? Parse(string? list)
    {
        var networks = new List<System.Net.IPNetwork>();
        foreach (var text in (list ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (System.Net.IPNetwork.TryParse(text, out var network))
                networks.Add(network);
            else if (IPAddress.TryParse(text, out var address))
                networks.Add(new System.Net.IPNetwork(address, address.GetAddressBytes().Length * 8));
            else
                return null;
        }

        return networks;
    }
}
