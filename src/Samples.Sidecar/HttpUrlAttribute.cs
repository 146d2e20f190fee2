using Samples.Hosting;

namespace Samples.Sidecar;

/// <summary>An address to ask over HTTP(S), or none. What is not one is not shown: tokens are put into such addresses.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class HttpUrlAttribute() : SettingAttribute("an address such as https://host/path, without user name or password")
{
    protected override bool IsAllowed(object? value) => value is ""
        || (Uri.TryCreate(value as string, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https") && uri.UserInfo.Length == 0);

    protected override string? Show(object? value) => "***";
}
