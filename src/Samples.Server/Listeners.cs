using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Samples.Server;

/// <summary>The two endpoints of the settings. <c>Kestrel__Endpoints__…</c> adds to them, and what it adds serves the site.</summary>
internal static class Listeners
{
    public static void Configure(WebHostBuilderContext host, KestrelServerOptions kestrel)
    {
        var options = kestrel.ApplicationServices.GetRequiredService<IOptions<ServerOptions>>().Value;
        kestrel.AddServerHeader = false;
        BindLimits(host.Configuration.GetSection("Kestrel:Limits"), kestrel.Limits);
        kestrel.ConfigureEndpointDefaults(listen =>
        {
            // First, as it passes another connection on.
            if (listen.EndPoint is FastEndPoint)
                FastPath.Use(listen);
            HalfClose.Allow(listen);
        });

        // Endpoints are read once: to take up a change of them, Kestrel would close their connections.
        var loader = kestrel.Configure(host.Configuration.GetSection("Kestrel"), reloadOnChange: false);
        ReloadingCertificate.UseFor(loader, kestrel.ApplicationServices);
        Listen(kestrel, options.Url, _ => { }, FastPath.IsFor(options, host.Configuration, host.HostingEnvironment));
        Listen(kestrel, options.ManagementUrl, ManagementConnection.Mark);
    }

    /// <summary>Turns a failure to bind into a line that names the setting.</summary>
    public static Exception Explain(Exception failure, ServerOptions options)
    {
        var port = BindingAddress.Parse(options.ManagementUrl).Port;
        var (setting, url) = failure.Message.Contains($":{port}:", StringComparison.Ordinal)
            ? (nameof(ServerOptions.ManagementUrl), options.ManagementUrl)
            : (nameof(ServerOptions.Url), options.Url);
        return failure switch
        {
            IOException { InnerException: AddressInUseException } =>
                new IOException($"Port {BindingAddress.Parse(url).Port} is in use; {ServerOptions.SectionName}__{setting} ({url}) takes another.", failure),
            SocketException =>
                new IOException($"Could not listen on {options.Url} ({ServerOptions.SectionName}__{nameof(ServerOptions.Url)}) and {options.ManagementUrl} "
                    + $"({ServerOptions.SectionName}__{nameof(ServerOptions.ManagementUrl)}): {failure.Message}.", failure),
            _ => failure,
        };
    }

    private static void BindLimits(IConfigurationSection section, KestrelServerLimits limits)
    {
        section.Bind(limits);

        // Immutable, so the binder leaves the defaults that are there.
        limits.MinRequestBodyDataRate = section.GetSection(nameof(limits.MinRequestBodyDataRate)).Get<MinDataRate>() ?? limits.MinRequestBodyDataRate;
        limits.MinResponseDataRate = section.GetSection(nameof(limits.MinResponseDataRate)).Get<MinDataRate>() ?? limits.MinResponseDataRate;
    }

    private static void Listen(KestrelServerOptions kestrel, string url, Action<ListenOptions> configure, bool fast = false)
    {
        var address = BindingAddress.Parse(url);
        if (fast && address.Host != "localhost")
            kestrel.Listen(new FastEndPoint(IPAddress.TryParse(address.Host, out var one) ? one : Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, address.Port), configure);
        else if (IPAddress.TryParse(address.Host, out var ip))
            kestrel.Listen(ip, address.Port, configure);
        else if (address.Host == "localhost")
            kestrel.ListenLocalhost(address.Port, configure);
        else
            kestrel.ListenAnyIP(address.Port, configure);
    }
}
