using System.Text.Json;
using Samples.SharedVolume;

namespace Samples.Sidecar.Gates;

/// <summary>
/// Asks another container of the pod, which can read the volume too: <c>POST</c> with a <see cref="HookRequest"/>. 2xx lets the release pass, 4xx is a
/// veto whose body says why; anything else, no answer too, fails the sync, which is tried again.
/// </summary>
internal sealed class HookGate(Uri url) : IPublishGate
{
    private const int MaxReason = 300;

    // It is in this very pod: neither a proxy nor a redirect has a say. A sync's own time-out holds.
    private static readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };

    public async Task CheckAsync(StagedRelease staged, ReleaseSource source, CancellationToken cancellation)
    {
        var files = staged.ListFiles();
        var request = new HookRequest(ReleaseId.Of(files), staged.DocumentRoot, source, files.Count, staged.Size, staged.Previous?.Id);
        try
        {
            // With its length: JsonContent goes out in chunks, which a small server in a script does not read.
            using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(request, HookJson.Default.HookRequest))
            {
                Headers = { ContentType = new("application/json") },
            };
            using var message = new HttpRequestMessage(HttpMethod.Post, url) { Content = content };
            using var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellation);
            var status = (int)response.StatusCode;
            if (status is >= 400 and < 500)
                throw new ContentRejectedException(RejectionReason.Veto, $"The hook at {url} vetoed release {request.Release}: {await ReasonAsync(response, cancellation)}");
            if (status is < 200 or >= 300)
                throw new IOException($"The hook at {url} answered {status} {response.ReasonPhrase}; the release waits for it.");
        }
        catch (HttpRequestException e)
        {
            throw new IOException($"The hook at {url} does not answer ({e.Message}); the release waits for it.", e);
        }
    }

    /// <summary>The first line of what it says, as much as a log line bears.</summary>
    private static async Task<string> ReasonAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellation));
        var buffer = new char[MaxReason];
        var read = await reader.ReadBlockAsync(buffer, cancellation);
        var line = new string(buffer, 0, read).Split('\n')[0];
        var text = new string([.. line.Where(c => !char.IsControl(c))]).Trim();
        return text.Length > 0 ? text : $"{(int)response.StatusCode} {response.ReasonPhrase}";
    }
}
