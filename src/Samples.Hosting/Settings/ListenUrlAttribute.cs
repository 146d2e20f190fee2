namespace Samples.Hosting;

/// <summary>An address to listen on: <c>http://*:8080</c>, <c>http://127.0.0.1:8080</c>; port 0 lets the system choose.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ListenUrlAttribute() : SettingAttribute("an address to listen on, such as http://*:8080 or http://127.0.0.1:8080")
{
    protected override bool IsAllowed(object? value) =>
        value is string url
        && Uri.TryCreate(url.Replace("://*", "://0.0.0.0", StringComparison.Ordinal).Replace("://+", "://0.0.0.0", StringComparison.Ordinal), UriKind.Absolute, out var uri)
        && uri.Scheme is "http" && uri.PathAndQuery is "/";
}
