using System.Net;
using System.Net.Http.Headers;

namespace Samples.Sidecar.Sources;

/// <summary>What every source over HTTP does with requests that fail: says which one and why, without what may be secret in its address.</summary>
internal static class SourceHttp
{
    private const int MaxBeside = 64 << 10;

    /// <summary>Sends a request and returns once the response's head is there.</summary>
    /// <exception cref="SourceUnavailableException">There is no answer.</exception>
    public static async Task<HttpResponseMessage> AskAsync(this HttpClient http, HttpRequestMessage request, CancellationToken cancellation)
    {
        try
        {
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            // Canceled by none of ours: HttpClient's way to say that a connection took too long.
            throw new SourceUnavailableException($"{Show(request)} failed: {Explain(e)}", inner: e);
        }
    }

    /// <summary>The error of an answer that is none that helps.</summary>
    public static SourceUnavailableException Refusal(this HttpResponseMessage response, HttpRequestMessage request) =>
        new($"{Show(request)} answered {(int)response.StatusCode} {response.ReasonPhrase}.", RetryAfterOf(response.Headers));

    /// <summary>Reads a body that is small, whole.</summary>
    /// <returns>Null where it is larger than that.</returns>
    /// <exception cref="SourceUnavailableException">It broke off.</exception>
    public static async Task<byte[]?> ReadSmallAsync(this HttpResponseMessage response, HttpRequestMessage request, int maxBytes, CancellationToken cancellation)
    {
        if (response.Content.Headers.ContentLength > maxBytes)
            return null;

        try
        {
            using var body = await response.Content.ReadAsStreamAsync(cancellation);
            using var bytes = new MemoryStream();
            var buffer = new byte[16 * 1024];
            int read;
            while ((read = await body.ReadAsync(buffer, cancellation)) > 0)
            {
                if (bytes.Length + read > maxBytes)
                    return null;
                bytes.Write(buffer, 0, read);
            }

            return bytes.ToArray();
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new SourceUnavailableException($"{Show(request)} broke off: {Explain(e)}", inner: e);
        }
    }

    /// <summary>Reads a small file that lies beside another: of the same address, with something behind its name.</summary>
    /// <returns>Null where there is none; nothing where it is too large to be one.</returns>
    public static async Task<byte[]?> ReadBesideAsync(this HttpClient http, Uri uri, string extension, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new UriBuilder(uri) { Path = uri.AbsolutePath + extension }.Uri);
        using var response = await http.AskAsync(request, cancellation);
        return response.StatusCode switch
        {
            HttpStatusCode.OK => await response.ReadSmallAsync(request, MaxBeside, cancellation) ?? [],
            HttpStatusCode.NotFound or HttpStatusCode.Gone => null,
            _ => throw response.Refusal(request),
        };
    }

    /// <summary>An HttpRequestException's own message often says no more than that its cause says more.</summary>
    public static string Explain(Exception e) =>
        e.InnerException is { } inner && !e.Message.Contains(inner.Message, StringComparison.Ordinal) ? $"{e.Message} {inner.Message}" : e.Message;

    /// <summary>Method and address; not the query, which may hold a token.</summary>
    public static string Show(HttpRequestMessage request) => $"{request.Method} {request.RequestUri!.GetLeftPart(UriPartial.Path)}";

    public static TimeSpan? RetryAfterOf(HttpResponseHeaders headers) => headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - (headers.Date ?? DateTimeOffset.UtcNow),
        _ => null,
    };
}
