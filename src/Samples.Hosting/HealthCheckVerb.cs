namespace Samples.Hosting;

/// <summary>
/// The <c>healthcheck</c> verb: asks the program's own management endpoint from inside the container, which has
/// neither shell nor curl.
/// </summary>
public static class HealthCheckVerb
{
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(2);

    /// <summary>0 where <paramref name="endpoint"/> answers with success within two seconds, else 1 and a line on stderr.</summary>
    /// <param name="managementUrl">As the setting has it, <c>http://*:8081</c>; a wildcard host is asked over loopback.</param>
    /// <param name="endpoint"><c>healthz</c>, <c>readyz</c> or <c>startupz</c>, with or without a leading slash.</param>
    public static async Task<int> RunAsync(string managementUrl, string endpoint)
    {
        var url = new Uri(LoopbackOf(managementUrl), endpoint);
        try
        {
            using var handler = new SocketsHttpHandler { UseProxy = false };
            using var client = new HttpClient(handler) { Timeout = _timeout };
            using var response = await client.GetAsync(url).ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
                return ExitCode.Ok;
            await Console.Error.WriteLineAsync($"{url} answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync().ConfigureAwait(false)}").ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"{url} did not answer: {e.Message}").ConfigureAwait(false);
        }

        return ExitCode.Failed;
    }

    /// <summary>The address at which this machine reaches a listener of its own.</summary>
    public static Uri LoopbackOf(string listenUrl)
    {
        var url = listenUrl;
        foreach (var wildcard in (string[])["://*", "://+", "://0.0.0.0", "://[::]"])
            url = url.Replace(wildcard, "://127.0.0.1", StringComparison.Ordinal);
        return new Uri(url);
    }
}
