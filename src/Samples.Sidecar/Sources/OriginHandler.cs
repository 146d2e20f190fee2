using System.Net;

namespace Samples.Sidecar.Sources;

/// <summary>
/// Follows redirects (RFC 9110 §15.4) and sends credentials, to the source's own origin only: where a redirect leads elsewhere, they
/// stay behind. From TLS it follows none to plain HTTP.
/// </summary>
/// <param name="origin">Scheme, host and port that the credentials are meant for.</param>
/// <param name="credentials">Null where requests bring their own.</param>
internal sealed class OriginHandler(Uri origin, Credentials? credentials, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const int MaxRedirects = 5;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (var redirects = 0; ; redirects++)
        {
            if (request.Headers.Authorization is null && IsOrigin(request.RequestUri!))
                request.Headers.Authorization = credentials?.Read();
            var response = await base.SendAsync(request, cancellationToken);
            if (TargetOf(request, response) is not { } target)
                return response;

            response.Dispose();
            if (redirects == MaxRedirects)
                throw new HttpRequestException($"there were more than {MaxRedirects} redirects.");
            if (request.RequestUri!.Scheme == "https" && target.Scheme != "https")
                throw new HttpRequestException($"a redirect led from TLS to {target.Scheme}, at {target.Host}.");
            request = Redirect(request, target);
        }
    }

    /// <summary>Where a response redirects to; null for any other, and for what must not be sent twice.</summary>
    private static Uri? TargetOf(HttpRequestMessage request, HttpResponseMessage response)
    {
        if (response.StatusCode is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
            or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect))
            return null;
        if (response.Headers.Location is not { } location || (request.Method != HttpMethod.Get && request.Method != HttpMethod.Head))
            return null;
        var target = new Uri(request.RequestUri!, location);
        return target.Scheme is "http" or "https" ? target : null;
    }

    private HttpRequestMessage Redirect(HttpRequestMessage request, Uri target)
    {
        var next = new HttpRequestMessage(request.Method, target) { Version = request.Version, VersionPolicy = request.VersionPolicy };
        var mayAuthorize = IsOrigin(request.RequestUri!) && IsOrigin(target);
        foreach (var header in request.Headers.NonValidated.Where(header => mayAuthorize || header.Key != "Authorization"))
            next.Headers.TryAddWithoutValidation(header.Key, header.Value);
        return next;
    }

    private bool IsOrigin(Uri uri) => Uri.Compare(uri, origin, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;
}
