using Samples.Hosting;

namespace Samples.Sidecar.Gates;

/// <summary>An address on this machine, which is all that the containers of a pod need: <c>http://localhost:9000/approve</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class LoopbackUrlAttribute() : SettingAttribute("an http address on localhost, such as http://localhost:9000/approve")
{
    protected override bool IsAllowed(object? value) =>
        value is "" || (Uri.TryCreate(value as string, UriKind.Absolute, out var url) && url is { Scheme: "http", IsLoopback: true, UserInfo: "" });
}
