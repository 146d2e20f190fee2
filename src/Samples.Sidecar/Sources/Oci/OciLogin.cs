using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Samples.Sidecar.Sources.Oci;

/// <summary>
/// Authorization as registries ask for it: Basic (RFC 7617), or a bearer token (RFC 6750) from the token service that the
/// registry names (distribution token spec). The scope is always to pull from this one repository, whatever is asked for.
/// </summary>
internal sealed partial class OciLogin(OciReference reference, HttpClient http, Credentials credentials, TimeProvider clock)
{
    private const int MaxAnswerBytes = 256 << 10;
    private static readonly TimeSpan _defaultLifetime = TimeSpan.FromMinutes(1);

    private (AuthenticationHeaderValue Header, DateTimeOffset Until, AuthenticationHeaderValue? GivenFor)? _token;
    private bool _wantsBasic;

    /// <summary>What a request carries now: the token that still holds, or the credentials that the registry has asked for.</summary>
    public AuthenticationHeaderValue? Current()
    {
        var given = credentials.Read();
        if (_token is { } token && token.Until > clock.GetUtcNow() && Equals(token.GivenFor, given))
            return token.Header;
        return _wantsBasic || given?.Scheme == "Bearer" ? given : null;
    }

    /// <summary>Does as a 401 says; false where there is nothing that could be done, or it has been done in vain.</summary>
    /// <exception cref="SourceUnavailableException">The token service does not give one.</exception>
    public async Task<bool> AnswerAsync(HttpResponseMessage unauthorized, CancellationToken cancellation)
    {
        var given = credentials.Read();
        var (refused, challenges) = (unauthorized.RequestMessage!.Headers.Authorization, unauthorized.Headers.WwwAuthenticate);
        if (challenges.FirstOrDefault(c => Is(c, "Bearer")) is { Parameter: { } parameters } && given?.Scheme != "Bearer")
        {
            _token = await AskForTokenAsync(Parse(parameters), given, cancellation);
            return true;
        }

        _wantsBasic = given is not null && challenges.Any(c => Is(c, "Basic"));
        return _wantsBasic && !Equals(refused, given);
    }

    private static bool Is(AuthenticationHeaderValue challenge, string scheme) => challenge.Scheme.Equals(scheme, StringComparison.OrdinalIgnoreCase);

    private async Task<(AuthenticationHeaderValue, DateTimeOffset, AuthenticationHeaderValue?)> AskForTokenAsync(
        Dictionary<string, string> challenge, AuthenticationHeaderValue? given, CancellationToken cancellation)
    {
        if (!challenge.TryGetValue("realm", out var text) || !Uri.TryCreate(text, UriKind.Absolute, out var realm) || !MayLogInAt(realm))
            throw new SourceUnavailableException($"The registry '{reference.Registry}' names no token service over https, or it would lead to another host without TLS; credentials are not sent there.");

        var query = $"scope={Uri.EscapeDataString($"repository:{reference.Repository}:pull")}";
        if (challenge.TryGetValue("service", out var service))
            query = $"service={Uri.EscapeDataString(service)}&{query}";
        var address = new UriBuilder(realm) { Query = realm.Query.Length > 1 ? $"{realm.Query[1..]}&{query}" : query }.Uri;
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { Authorization = given } };
        using var response = await http.AskAsync(request, cancellation);
        if (!response.IsSuccessStatusCode)
            throw response.Refusal(request);

        var asked = clock.GetUtcNow();
        var answer = Read(await response.ReadSmallAsync(request, MaxAnswerBytes, cancellation));
        if ((answer?.Token ?? answer?.AccessToken) is not { Length: > 0 } token || !TokenSyntax().IsMatch(token))
            throw new SourceUnavailableException($"{SourceHttp.Show(request)} answered without a token.");
        var lifetime = answer!.ExpiresIn is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : _defaultLifetime;
        // It must hold for the request that follows, too.
        return (new AuthenticationHeaderValue("Bearer", token), asked + lifetime * 0.9, given);
    }

    /// <summary>Over TLS anywhere; without, only at the host of a registry that is spoken to without it, as tests and laptops do.</summary>
    private bool MayLogInAt(Uri realm) =>
        realm.UserInfo.Length == 0
        && (realm.Scheme == Uri.UriSchemeHttps
            || (realm.Scheme == Uri.UriSchemeHttp && reference.Registry.Scheme == Uri.UriSchemeHttp && realm.Host == reference.Registry.Host));

    private static OciToken? Read(byte[]? json)
    {
        try
        {
            return json is null ? null : JsonSerializer.Deserialize(json, OciJson.Default.OciToken);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Dictionary<string, string> Parse(string parameters)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (Match match in Parameter().Matches(parameters))
            values.TryAdd(match.Groups[1].Value, match.Groups[2].Success ? match.Groups[2].Value : match.Groups[3].Value);
        return values;
    }

    [GeneratedRegex("""([A-Za-z_]+)=(?:"([^"]*)"|([^",\s]+))""", RegexOptions.NonBacktracking)]
    private static partial Regex Parameter();

    /// <summary>RFC 6750 §2.1.</summary>
    [GeneratedRegex(@"\A[A-Za-z0-9._~+/-]+=*\z")]
    private static partial Regex TokenSyntax();
}
