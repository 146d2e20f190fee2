using Samples.Hosting;

namespace Samples.Server;

/// <summary>A list of networks, or nothing.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NetworksAttribute() : SettingAttribute("a list of networks or addresses, such as 10.0.0.0/8, 192.0.2.1, fd00::/8")
{
    protected override bool IsAllowed(object? value) => TrustedProxies.Parse(value as string) is not null;
}
