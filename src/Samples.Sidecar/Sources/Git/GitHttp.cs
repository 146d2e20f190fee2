using System.Net.Http.Headers;
using System.Runtime.ExceptionServices;

namespace Samples.Sidecar.Sources.Git;

/// <summary>
/// The requests of one conversation with a Git server: one for its refs, and those of a fetch. libgit2 calls in from
/// native code, which no exception may cross: the first is kept, and <see cref="ThrowIfFailed"/> throws it on the
/// other side.
/// </summary>
internal sealed class GitHttp(Uri repository, HttpClient http, string name)
{
    private const string RefsPath = "/info/refs";

    /// <summary>Some 300,000 refs.</summary>
    private const long MaxAdvertisement = 32 << 20;

    /// <summary>Servers tell a Git client from a browser by it.</summary>
    private static readonly ProductInfoHeaderValue _git = new("git", "2.0");

    private Uri _base = repository;
    private long _allowance;
    private Exception? _failure;

    /// <summary>Ends the request under way, and those to come.</summary>
    public CancellationToken Cancellation { get; set; }

    /// <summary>Of what the server may send in one response to a fetch, in bytes.</summary>
    public long MaxPackBytes { get; set; }

    /// <summary>Bytes received so far.</summary>
    public long Received { get; private set; }

    public void ThrowIfFailed()
    {
        if (_failure is not null)
            ExceptionDispatchInfo.Throw(_failure);
    }

    public Stream Get() => Keeping(() =>
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{_base}{RefsPath}?service=git-upload-pack"));
        var response = Send(request, "application/x-git-upload-pack-advertisement");
        // Where a redirect has led, the rest of the conversation takes place (gitprotocol-http(5)).
        var path = response.RequestMessage!.RequestUri!.GetLeftPart(UriPartial.Path);
        if (path.EndsWith(RefsPath, StringComparison.Ordinal))
            _base = new Uri(path[..^RefsPath.Length]);
        _allowance = MaxAdvertisement;
        return response.Content.ReadAsStream(Cancellation);
    });

    public Stream Post(byte[] body) => Keeping(() =>
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{_base}/git-upload-pack")) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-git-upload-pack-request");
        var response = Send(request, "application/x-git-upload-pack-result");
        _allowance = MaxPackBytes;
        return response.Content.ReadAsStream(Cancellation);
    });

    public int Read(Stream response, Memory<byte> buffer) => Keeping(() =>
    {
        var read = response.ReadAsync(buffer, Cancellation).AsTask().GetAwaiter().GetResult();
        Received += read;
        _allowance -= read;
        return _allowance >= 0 ? read : throw new SourceUnavailableException(
            $"The answer of {name} is larger than the limits allow; Sidecar__Limits__MaxBytes bounds what a fetch may bring.");
    });

    /// <summary>For what libgit2 calls while it works on what it has received: whether it shall stop.</summary>
    public bool IsCanceled()
    {
        if (Cancellation.IsCancellationRequested)
            _failure ??= new OperationCanceledException(Cancellation);
        return _failure is not null;
    }

    private HttpResponseMessage Send(HttpRequestMessage request, string mediaType)
    {
        request.Headers.UserAgent.Clear();
        request.Headers.UserAgent.Add(_git);
        var what = $"{request.Method} {request.RequestUri!.GetLeftPart(UriPartial.Path)}";
        HttpResponseMessage response;
        try
        {
            response = http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation).GetAwaiter().GetResult();
        }
        catch (Exception e) when (IsOfNetwork(e))
        {
            throw new SourceUnavailableException($"{what} failed: {SourceHttp.Explain(e)}", inner: e);
        }

        using var failed = response.IsSuccessStatusCode && response.Content.Headers.ContentType?.MediaType == mediaType ? null : response;
        if (failed is null)
            return response;
        throw new SourceUnavailableException((int)failed.StatusCode switch
        {
            200 => $"{what} answered with {failed.Content.Headers.ContentType?.MediaType ?? "no media type"}, not as a Git server; is the address a repository's?",
            401 or 403 => $"{what} answered {(int)failed.StatusCode} {failed.ReasonPhrase}; the server wants other credentials.",
            _ => $"{what} answered {(int)failed.StatusCode} {failed.ReasonPhrase}.",
        }, SourceHttp.RetryAfterOf(failed.Headers));
    }

    private bool IsOfNetwork(Exception e) =>
        e is HttpRequestException or IOException || (e is OperationCanceledException && !Cancellation.IsCancellationRequested);

    private T Keeping<T>(Func<T> act)
    {
        try
        {
            Cancellation.ThrowIfCancellationRequested();
            return act();
        }
        catch (Exception e)
        {
            _failure ??= IsOfNetwork(e) ? new SourceUnavailableException($"The answer of {name} broke off: {SourceHttp.Explain(e)}", inner: e) : e;
            throw;
        }
    }
}
